"""`huiying gazetteer`: a city's own table of places as the gazetteer that routing reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from services.commands.tables import Table, read_table, write_table
from services.intake.columns import ColumnsFault
from shared.gazetteer import COLUMNS, KINDS, Codes, EntryFault, codes_of, parts, read_entry
from shared.places import load_places

HEADERS: Mapping[str, tuple[str, ...]] = {
    "kind": ("kind", "type", "类别", "类型", "地名类别", "地名类型", "分类"),
    "name": ("name", "place", "名称", "标准名称", "地名", "标准地名", "小区名称", "道路名称", "企业名称"),
    "also": ("also", "alias", "aliases", "别名", "曾用名", "俗称", "简称", "又名"),
    "district": ("district", "county", "所属区县", "区县", "所在区县", "行政区", "行政区划", "辖区", "所属区"),
    "street": ("street", "subdistrict", "town", "街道", "所属街道", "乡镇街道", "街道乡镇", "所属乡镇", "镇街"),
    "department": ("department", "authority", "主管单位", "主管部门", "责任单位", "权属单位"),
    "note": ("note", "remark", "备注", "说明"),
}
"""Each column with the headers it is known by."""

WORDS: Mapping[str, tuple[str, ...]] = {
    "district": ("区县", "行政区", "县", "市辖区"),
    "street": ("街道", "乡镇", "镇", "乡", "社区", "村", "行政村", "村社区"),
    "estate": ("小区", "住宅小区", "居民区", "住宅区", "楼盘", "住宅"),
    "road": ("道路", "路", "街", "巷", "街巷", "公路", "桥梁", "隧道", "道路街巷"),
    "metro": ("地铁", "轨道交通", "地铁线路", "地铁站", "轨道站点"),
    "enterprise": ("企业", "公司", "工厂", "单位", "商铺", "物业公司"),
    "utility": ("公用事业", "公共事业", "水电气热", "公用企业"),
    "school": ("学校", "幼儿园", "中小学", "教育", "小学", "中学", "大学"),
    "hospital": ("医院", "医疗机构", "卫生院", "医疗卫生", "诊所"),
    "park": ("公园", "广场", "景区", "绿地", "景点", "公园广场"),
    "market": ("市场", "集市", "菜市场", "农贸市场", "商场"),
    "station": ("车站", "火车站", "汽车站", "交通枢纽", "码头", "机场", "客运站"),
    "river": ("河流", "河湖", "湖泊", "水系", "水库", "河道"),
}
"""Each kind with the words by which tables call it; a name that ends in one tells its kind where the table does not."""


@dataclass(frozen=True)
class Imported:
    """The rows of the gazetteer, and the rows that were refused: their lines in the table and why."""

    rows: list[dict[str, str]]
    refused: list[tuple[int, str]]


def import_table(table: Table, codes: Codes) -> Imported:
    """A table of places as rows of the gazetteer. Raises ColumnsFault where it has no column of names."""
    columns = {field: column for field in COLUMNS if (column := _column(table, field)) is not None}
    if "name" not in columns:
        raise ColumnsFault(table.name, 1, f"no column for the name, such as 名称; there are: {', '.join(table.header)}")
    imported = Imported([], [])
    seen: dict[tuple[str, str, tuple[str, ...]], int] = {}
    for number in range(len(table.rows)):
        line = number + 2
        row = _row({field: column[number].strip() for field, column in columns.items()})
        try:
            entry = read_entry(row, codes)
            first = seen.setdefault((entry.kind, entry.names[0], entry.districts), line)
            if first != line:
                raise EntryFault(f"stands in row {first} already")
            imported.rows.append(row)
        except EntryFault as fault:
            imported.refused.append((line, str(fault)))
    return imported


def _column(table: Table, field: str) -> list[str] | None:
    """The values of a column, by any of the headers it is known by."""
    header = {title.strip().casefold() for title in table.header}
    known = next((title for title in HEADERS[field] if title in header), None)
    return table.column(field, known) if known else None


def _row(cells: Mapping[str, str]) -> dict[str, str]:
    row = {field: cells.get(field, "") for field in COLUMNS}
    also = row["also"].replace("、", ";").replace("，", ";").replace(",", ";").replace("/", ";")
    return row | {"kind": kind_of(row["kind"], row["name"]), "also": ";".join(parts(also)), "district": ";".join(parts(row["district"]))}


def kind_of(written: str, name: str) -> str:
    """The kind that a table's own word means, or, where it has none, the longest word that the name ends in; else as it is written."""
    if written in KINDS:
        return written
    if written:
        return next((kind for kind, words in WORDS.items() if written in words), written)
    endings = sorted(((word, kind) for kind, words in WORDS.items() for word in words), key=lambda one: -len(one[0]))
    return next((kind for word, kind in endings if name.endswith(word)), "")


def import_gazetteer(
    source: Annotated[str, typer.Argument(help="CSV or xlsx with a city's places; - for standard input", metavar="IN")],
    out: Annotated[str, typer.Option(help="the gazetteer, CSV; - for standard output")] = "-",
    places: Annotated[Path | None, typer.Option(envvar="HUIYING_PLACES", help="the city's places.toml; else the sample city's")] = None,
) -> None:
    """Makes the gazetteer that HUIYING_GAZETTEER names from a city's own table, and says which rows were refused and why."""
    imported = import_table(read_table(source), codes_of(load_places(places)))
    for line, why in imported.refused:
        typer.echo(f"row {line}: {why}", err=True)
    write_table(out, COLUMNS, imported.rows)
    typer.echo(f"{len(imported.rows)} places taken, {len(imported.refused)} rows refused", err=True)
    if not imported.rows:
        raise typer.Exit(2)
