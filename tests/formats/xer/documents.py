"""Small XER documents for tests."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

from pm.formats.result import ImportResult, Source
from pm.formats.xer import read
from pm.model import Plan

HEADER = "ERMHDR\t19.12\t2026-01-05\tProject\tadmin\tAdministrator\tdbxDatabaseNoName\tProject Management\tEUR"
WORKDAY = "(0||0(s|08:00|f|12:00)())(0||1(s|13:00|f|17:00)())"
WEEK = "(0||CalendarData()((0||DaysOfWeek()(" + "".join(f"(0||{d}()({WORKDAY}))" for d in range(2, 7)) + "))(0||Exceptions()())))"

Record = Mapping[str, object]
Tables = dict[str, list[dict[str, object]]]


def small() -> Tables:
    """Return a project of a band with two activities, A (16 h) before B (8 h), and somebody who works on A."""
    return {
        "PROJECT": [
            {
                "proj_id": 7,
                "proj_short_name": "SMALL",
                "clndr_id": 1,
                "plan_start_date": "2026-01-05 08:00",
                "last_recalc_date": "2026-01-05 08:00",
                "critical_drtn_hr_cnt": 0,
                "export_flag": "Y",
            }
        ],
        "CALENDAR": [
            {"clndr_id": 1, "default_flag": "Y", "clndr_name": "Standard", "clndr_type": "CA_Base", "day_hr_cnt": 8}
            | {"clndr_data": WEEK}
        ],
        "PROJWBS": [
            {"wbs_id": 70, "proj_id": 7, "seq_num": 1, "proj_node_flag": "Y", "wbs_short_name": "SMALL", "wbs_name": "Small one"},
            {"wbs_id": 71, "proj_id": 7, "seq_num": 2, "proj_node_flag": "N", "wbs_short_name": "B1", "wbs_name": "Band"}
            | {"parent_wbs_id": 70},
        ],
        "RSRC": [{"rsrc_id": 5, "rsrc_short_name": "ANN", "rsrc_name": "Ann", "rsrc_type": "RT_Labor", "clndr_id": 1}],
        "TASK": [activity(101, "A", 16), activity(102, "B", 8)],
        "TASKPRED": [link(1, 101, 102)],
        "TASKRSRC": [
            {"taskrsrc_id": 9, "task_id": 101, "proj_id": 7, "rsrc_id": 5, "target_qty": 16, "remain_qty": 16}
            | {"target_qty_per_hr": 1, "rollup_dates_flag": "Y"}
        ],
    }


def activity(task_id: int, code: str, hours: object = 8, **more: object) -> dict[str, object]:
    """Return a row of TASK; `more` are columns that differ from the usual, or that others do not have."""
    usual: dict[str, object] = {
        "task_id": task_id,
        "proj_id": 7,
        "wbs_id": 71,
        "clndr_id": 1,
        "task_code": code,
        "task_name": f"Activity {code}",
        "task_type": "TT_Task",
        "duration_type": "DT_FixedDrtn",
        "complete_pct_type": "CP_Drtn",
        "status_code": "TK_NotStart",
        "target_drtn_hr_cnt": hours,
        "remain_drtn_hr_cnt": hours,
    }
    return usual | more


def link(
    pred_id: int, predecessor: int, successor: int, kind: str = "PR_FS", lag: object = 0, **more: object
) -> dict[str, object]:
    """Return a row of TASKPRED."""
    return {
        "task_pred_id": pred_id,
        "task_id": successor,
        "pred_task_id": predecessor,
        "proj_id": 7,
        "pred_proj_id": 7,
        "pred_type": kind,
        "lag_hr_cnt": lag,
    } | more


def document(tables: Mapping[str, Sequence[Record]], *, header: str = HEADER, end: str = "%E\r\n") -> str:
    """Return `tables` as the text of a file; the columns of a table are those its rows have."""
    lines = [header]
    for name, rows in tables.items():
        columns = list(dict.fromkeys(column for row in rows for column in row))
        lines += [f"%T\t{name}", "\t".join(["%F", *columns])]
        lines += ["\t".join(["%R", *(str(row.get(column, "")) for column in columns)]) for row in rows]
    return "\r\n".join(lines) + "\r\n" + end


def read_text(text: str | bytes, *, strict: bool = False) -> ImportResult:
    """Read a document given as text."""
    content = text.encode("cp1252") if isinstance(text, str) else text
    return read(Source(io.BytesIO(content), "small.xer", strict))


def plan_of(tables: Mapping[str, Sequence[Record]]) -> Plan:
    """Return the plan of tables in which nothing is to be reported."""
    result = read_text(document(tables))
    assert not result.problems, [str(p) for p in result.problems]
    return result.plan


def codes(result: ImportResult) -> list[str]:
    """Return the codes of the problems met."""
    return [p.code for p in result.problems]


def rich() -> Tables:
    """Return a project with notes, user-defined fields, activity codes, expenses, and tables that are nothing of ours."""
    tables = small()
    tables["TASK"].append(activity(103, "C", 4, wbs_id=70, guid="abc==", priority_type="PT_High", phys_complete_pct="12.5"))
    more: Tables = {
        "CURRTYPE": [
            {"curr_id": 1, "decimal_digit_cnt": 2, "curr_symbol": "€", "curr_short_name": "EUR", "base_exch_rate": 1}
            | {"decimal_symbol": ".", "digit_group_symbol": ",", "pos_curr_fmt_type": "#1.1", "neg_curr_fmt_type": "(#1.1)"}
        ],
        "MEMOTYPE": [{"memo_type_id": 3, "memo_type": "Scope"}],
        "OBS": [{"obs_id": 40, "obs_name": "Works"}],
        "UDFTYPE": [
            {"udf_type_id": 11, "table_name": "TASK", "udf_type_label": "Foreman", "logical_data_type": "FT_TEXT"},
            {"udf_type_id": 12, "table_name": "TASK", "udf_type_label": "Volume", "logical_data_type": "FT_FLOAT_2_DECIMALS"},
            {"udf_type_id": 13, "table_name": "TASK", "udf_type_label": "Permit", "logical_data_type": "FT_START_DATE"},
            {"udf_type_id": 14, "table_name": "RSRC", "udf_type_label": "Day rate", "logical_data_type": "FT_MONEY"},
            {"udf_type_id": 15, "table_name": "PROJWBS", "udf_type_label": "Owner", "logical_data_type": "FT_TEXT"},
        ],
        **tables,
        "ACTVTYPE": [{"actv_code_type_id": 20, "actv_code_type": "Phase"}],
        "ACTVCODE": [
            {"actv_code_id": 21, "actv_code_type_id": 20, "short_name": "DES", "actv_code_name": "Design"},
            {"actv_code_id": 22, "actv_code_type_id": 20, "short_name": "BLD", "actv_code_name": "Build"},
        ],
        "PROJCOST": [{"cost_item_id": 50, "proj_id": 7, "task_id": 102, "cost_name": "Permit", "target_cost": "120.5000"}],
        "TASKACTV": [{"task_id": 101, "actv_code_type_id": 20, "actv_code_id": 21, "proj_id": 7}],
        "TASKMEMO": [
            {"memo_id": 60, "task_id": 101, "memo_type_id": 3, "proj_id": 7, "task_memo": "First line\x7f\x7fsecond"},
            {"memo_id": 61, "task_id": 102, "memo_type_id": 3, "proj_id": 7}
            | {"task_memo": "<html><body><p>Wait &amp; see</p><p>then go</p></body></html>"},
        ],
        "TASKPROC": [{"proc_id": 70, "task_id": 101, "proj_id": 7, "proc_name": "A step"}],
        "UDFVALUE": [
            {"udf_type_id": 11, "fk_id": 101, "proj_id": 7, "udf_text": "Ann"},
            {"udf_type_id": 12, "fk_id": 101, "proj_id": 7, "udf_number": "12.50"},
            {"udf_type_id": 13, "fk_id": 102, "proj_id": 7, "udf_date": "2026-01-06 00:00"},
            {"udf_type_id": 14, "fk_id": 5, "udf_number": "640.0000"},
            {"udf_type_id": 15, "fk_id": 71, "proj_id": 7, "udf_text": "Works"},
        ],
    }
    return more
