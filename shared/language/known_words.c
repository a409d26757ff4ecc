/* Where the words of a set stand in a text: what known_words.py looks for, by a tree of their letters that is kept in a table. */

#include <stdint.h>

typedef struct {
    uint32_t parent, letter, child; /* nodes; child 0: no edge stands here */
} Edge;

static uint32_t place_of(const Edge *edges, uint32_t mask, uint32_t parent, uint32_t letter) {
    uint32_t mixed = (parent * 0x85EBCA6Bu) ^ (letter * 0x9E3779B1u), at = (mixed ^ (mixed >> 15)) & mask;
    while (edges[at].child && (edges[at].parent != parent || edges[at].letter != letter))
        at = (at + 1) & mask;
    return at;
}

/* Plants words, whose letters stand one behind the other and end at `ends`, in a table of mask + 1 empty edges, more than there are letters.
   `word_at` has room for a node of each letter and the root: the number of the word that ends at a node, and 1; 0 where none does. */
void plant_words(const uint32_t *letters, const uint32_t *ends, uint32_t words, Edge *edges, uint32_t mask, uint32_t *word_at) {
    uint32_t place = 0, nodes = 0;
    for (uint32_t word = 0; word < words; word++) {
        uint32_t node = 0;
        for (; place < ends[word]; place++) {
            Edge *edge = &edges[place_of(edges, mask, node, letters[place])];
            if (!edge->child)
                *edge = (Edge){node, letters[place], ++nodes};
            node = edge->child;
        }
        word_at[node] = word + 1;
    }
}

/* Writes begin, end and number of the longest word that begins at each place, `found` having room for one at every place.
   Returns how many there are. */
uint32_t longest_words(const Edge *edges, uint32_t mask, const uint32_t *word_at, const uint32_t *text, uint32_t length, uint32_t *found) {
    uint32_t count = 0;
    for (uint32_t begin = 0; begin < length; begin++) {
        uint32_t node = 0, word = 0, end = begin;
        for (uint32_t place = begin; place < length; place++) {
            node = edges[place_of(edges, mask, node, text[place])].child;
            if (!node)
                break;
            if (word_at[node]) {
                word = word_at[node];
                end = place + 1;
            }
        }
        if (word) {
            found[3 * count] = begin;
            found[3 * count + 1] = end;
            found[3 * count++ + 2] = word - 1;
        }
    }
    return count;
}
