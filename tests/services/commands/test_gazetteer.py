"""`huiying gazetteer`: a city's own table by whatever headers it has; what it cannot take is told by row, the rest can be read."""

import pytest
from typer.testing import CliRunner

from services.command import application
from services.commands.gazetteer import import_table, kind_of
from services.commands.tables import read_table
from services.intake.columns import ColumnsFault
from shared.gazetteer import Entry, codes_of, load_gazetteer
from shared.places import load_places

PLACES = load_places()
TABLE = """序号,名称,类别,所属区县,街道,别名,主管单位
1,东风苑,住宅小区,望澜区,柳堤街道,东风小区、老东风,
2,滨河东路,道路,望澜区；澄湖区,,,
3,东风水厂,公用事业,澄湖区,,,市自来水公司
4,东风大厦,摩天楼,望澜区,,,
5,,道路,望澜区,,,
6,河西路,道路,河西区,,,
7,东风苑,小区,望澜区,柳堤街道,,
8,澄湖第二小学,,澄湖区,,,
"""


def test_a_table_becomes_a_gazetteer_that_can_be_read_and_the_rest_is_told(tmp_path):
    (tmp_path / "in.csv").write_text(TABLE, encoding="gb18030")
    result = CliRunner().invoke(application, ["gazetteer", str(tmp_path / "in.csv"), "--out", str(tmp_path / "out.csv")])
    assert result.exit_code == 0, result.output
    assert load_gazetteer(tmp_path / "out.csv", PLACES) == (
        Entry("estate", ("东风苑", "东风小区", "老东风"), ("wanglan",), "liudi_street", None),
        Entry("road", ("滨河东路",), ("wanglan", "chenghu"), None, None),
        Entry("utility", ("东风水厂",), ("chenghu",), None, "water_company"),
        Entry("school", ("澄湖第二小学",), ("chenghu",), None, None),
    )
    said = result.stderr.splitlines()
    assert [line.partition(":")[0] for line in said] == ["row 5", "row 6", "row 7", "row 8", "4 places taken, 4 rows refused"]
    assert "'摩天楼' is none of" in said[0]
    assert "no district '河西区'" in said[2]
    assert said[3] == "row 8: stands in row 2 already"


def test_a_table_without_names_is_refused_and_one_without_a_place_is_no_gazetteer(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text("类别,所属区县\n道路,望澜区\n", encoding="utf-8")
    with pytest.raises(ColumnsFault, match="no column for the name"):
        import_table(read_table(str(path)), codes_of(PLACES))
    path.write_text("name,kind\n某处,无\n", encoding="utf-8")
    assert CliRunner().invoke(application, ["gazetteer", str(path), "--out", str(tmp_path / "out.csv")]).exit_code == 2


@pytest.mark.parametrize(
    ("written", "name", "kind"),
    [
        ("estate", "东风路", "estate"),
        ("街巷", "东风", "road"),
        ("", "东风菜市场", "market"),
        ("", "东风小区", "estate"),
        ("", "东风社区", "street"),
        ("", "东风", ""),
        ("亭子", "东风路", "亭子"),
    ],
)
def test_a_kind_is_told_by_the_tables_word_or_by_the_ending_of_the_name(written, name, kind):
    assert kind_of(written, name) == kind
