"""Which column of somebody else's table is what: by the names of its header, or by a mapping file."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from shared.toml_file import FileFault, read_toml

SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "编号", "序号", "工单编号", "诉求编号", "留言编号"),
    "text": ("text", "content", "内容", "正文", "诉求内容", "留言内容", "留言详情"),
    "title": ("title", "subject", "标题", "主题", "诉求标题", "留言主题"),
    "received": ("received", "received_at", "time", "date", "时间", "日期", "提交时间", "受理时间", "来信时间", "留言时间"),
    "person": ("person", "account", "user", "账号", "用户", "留言用户"),
    "name": ("name", "姓名", "来信人", "诉求人", "联系人"),
    "phone": ("phone", "mobile", "电话", "手机", "手机号", "联系电话"),
    "email": ("email", "e-mail", "邮箱", "电子邮箱"),
    "address": ("address", "place", "地址", "地点"),
    "district": ("district", "区县", "辖区", "所属区县"),
}
"""Each field with the headers it is known by. `person` is what the other platform calls the sender; only a keyed hash of it is kept."""


class ColumnsFault(FileFault):
    """The columns of a table cannot be told; says which are there and which are needed."""


def read_mapping(path: Path) -> dict[str, str]:
    """A mapping file: lines such as `text = "留言详情"`, field and header. Raises ColumnsFault."""
    file = read_toml(path, ColumnsFault)
    for field, header in file.data.items():
        if field not in SYNONYMS or not isinstance(header, str):
            raise ColumnsFault(file.name, file.line(rf"^\s*{field}"), f'{field}: one of {", ".join(SYNONYMS)} = "a header of the table"')
    return {str(field): str(header) for field, header in file.data.items()}


def find_columns(name: str, header: Sequence[str], mapping: Mapping[str, str]) -> dict[str, int]:
    """The place of each field's column; what the mapping says goes before the synonyms. Raises ColumnsFault without a text."""
    found = tell_columns(name, header, mapping)
    if "text" not in found:
        raise ColumnsFault(name, 1, f'no column for the text; name it with --map (text = "…"); there are: {", ".join(header)}')
    return found


def tell_columns(name: str, header: Sequence[str], mapping: Mapping[str, str]) -> dict[str, int]:
    """The columns as far as they can be told. Raises ColumnsFault when the mapping names one that is not there."""
    known = {title.strip().casefold(): place for place, title in reversed(list(enumerate(header)))}
    found: dict[str, int] = {}
    for field, titles in SYNONYMS.items():
        wanted = (mapping[field],) if field in mapping else titles
        places = [known[title.casefold()] for title in wanted if title.casefold() in known]
        if places:
            found[field] = places[0]
        elif field in mapping:
            raise ColumnsFault(name, 1, f"there is no column '{mapping[field]}'; there are: {', '.join(header)}")
    return found
