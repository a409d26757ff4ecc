/* The margins of linear heads over the n-grams of a text: what features.py and heads.py do with numpy, in one go.

   It reads what it is given and writes margins, and keeps nothing. Slots are those of ngrams.py; the tests hold the two together. */

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define BITS 18
#define SLOTS (1u << BITS)
#define AHEAD 8 /* rows whose weights are fetched before they are added */

typedef struct {
    const uint32_t *index;  /* input -> row; 2 * SLOTS, every one below the number of rows */
    const float *rarity;    /* of each row; 0 for row 0 */
    const int8_t *choices;  /* strong rows x chosen */
    const int8_t *others;   /* rows x rest */
    const float *always;    /* chosen + rest */
    const float *scales;    /* chosen + rest */
    const float *damped;    /* what an n-gram weighs that stands there so often */
    const uint8_t *is_read; /* whether a character is read; those from `known` on all are */
    uint32_t strong, chosen, rest, most_times, known;
    float title_weight;
} Model;

typedef struct {
    uint32_t slot, times;
} Cell;

typedef struct {
    uint32_t row;
    float value;
} Pull;

/* Room for a text of so many characters. */
typedef struct {
    uint32_t *codes;
    Cell *cells;
    Cell **met;
    Pull *pulls;
} Room;

static uint32_t cells_for(uint32_t length) {
    uint32_t cells = 64;
    while (cells < 4 * length)
        cells *= 2;
    return cells;
}

static int make_room(Room *room, uint32_t length) {
    room->codes = malloc((length + 1) * sizeof *room->codes);
    room->cells = malloc(cells_for(length) * sizeof *room->cells);
    room->met = malloc((2 * length + 1) * sizeof *room->met);
    room->pulls = malloc((2 * length + 1) * sizeof *room->pulls);
    return room->codes && room->cells && room->met && room->pulls;
}

static void give_back(Room *room) {
    free(room->codes);
    free(room->cells);
    free(room->met);
    free(room->pulls);
}

static uint32_t slot_at(const uint32_t *codes, uint32_t length, uint32_t place) {
    if (place < length)
        return (codes[place] * 0x9E3779B1u) >> (32 - BITS);
    uint32_t pair = (codes[place - length] * 0x85EBCA6Bu) ^ (codes[place - length + 1] * 0xC2B2AE35u);
    return ((pair ^ (pair >> 15)) * 0x27D4EB2Fu) >> (32 - BITS);
}

/* The different n-grams of the characters, counted; returns how many there are. */
static uint32_t count(Room *room, const uint32_t *codes, uint32_t length) {
    uint32_t met = 0, mask = cells_for(length) - 1;
    memset(room->cells, 0, (mask + 1) * sizeof *room->cells);
    for (uint32_t place = 0; place + 1 < 2 * length; place++) {
        uint32_t slot = slot_at(codes, length, place), at = (slot * 0x9E3779B1u >> 12) & mask;
        while (room->cells[at].times && room->cells[at].slot != slot)
            at = (at + 1) & mask;
        room->cells[at].slot = slot;
        if (!room->cells[at].times++)
            room->met[met++] = &room->cells[at];
    }
    return met;
}

static void fetch(const Model *model, uint32_t row) {
#ifdef __GNUC__
    __builtin_prefetch(model->others + (size_t)row * model->rest);
    if (row < model->strong) {
        __builtin_prefetch(model->choices + (size_t)row * model->chosen);
        __builtin_prefetch(model->choices + (size_t)row * model->chosen + 64);
    }
#endif
}

static void add_row(float *restrict sums, const int8_t *restrict steps, uint32_t columns, float value) {
    for (uint32_t column = 0; column < columns; column++)
        sums[column] += value * steps[column];
}

/* Adds what a title or a whole text pulls, its length made `share`. `offset` leads to its inputs. */
static void add(const Model *model, Room *room, const uint32_t *codes, uint32_t length, uint32_t offset, float share, float *sums) {
    uint32_t met = count(room, codes, length), pulling = 0;
    double squares = 0;
    for (uint32_t number = 0; number < met; number++) {
        uint32_t times = room->met[number]->times, row = model->index[room->met[number]->slot + offset];
        float value = model->damped[times < model->most_times ? times : model->most_times] * model->rarity[row];
        if (value == 0)
            continue;
        squares += (double)value * value;
        room->pulls[pulling++] = (Pull){row, value};
    }
    float scale = squares > 0 ? share / (float)sqrt(squares) : 0;
    for (uint32_t number = 0; number < pulling; number++) {
        Pull pull = room->pulls[number];
        if (number + AHEAD < pulling)
            fetch(model, room->pulls[number + AHEAD].row);
        add_row(sums + model->chosen, model->others + (size_t)pull.row * model->rest, model->rest, pull.value * scale);
        if (pull.row < model->strong)
            add_row(sums, model->choices + (size_t)pull.row * model->chosen, model->chosen, pull.value * scale);
    }
}

/* The margins of texts that stand one behind the other. `ends`: where each one's folded characters end; `titles`: how many of them are
   its title. `margins` has a row of chosen + rest for each. Returns 0 where there is no memory. */
int margins_of(const Model *model, const uint32_t *codes, const uint32_t *ends, const uint32_t *titles, uint32_t texts, float *margins) {
    uint32_t longest = 0, columns = model->chosen + model->rest;
    for (uint32_t text = 0; text < texts; text++) {
        uint32_t length = ends[text] - (text ? ends[text - 1] : 0);
        longest = length > longest ? length : longest;
    }
    Room room;
    int made = make_room(&room, longest);
    for (uint32_t text = 0; made && text < texts; text++, margins += columns) {
        uint32_t begin = text ? ends[text - 1] : 0, length = 0, title = 0;
        for (uint32_t place = begin; place < ends[text]; place++) {
            if (codes[place] < model->known && !model->is_read[codes[place]])
                continue;
            room.codes[length++] = codes[place];
            title += place - begin < titles[text];
        }
        memcpy(margins, model->always, columns * sizeof *margins);
        add(model, &room, room.codes, length, 0, 1, margins);
        if (title)
            add(model, &room, room.codes, title, SLOTS, model->title_weight, margins);
        for (uint32_t column = 0; column < columns; column++)
            margins[column] *= model->scales[column];
    }
    give_back(&room);
    return made;
}
