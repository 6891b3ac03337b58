"""Small MPX documents for tests."""

from __future__ import annotations

import io

from pm.formats.mpx import read
from pm.formats.result import ImportResult, Source

PLAN = '''\
MPX,Microsoft Project for Windows,4.0,ANSI
10,$,1,2,",",.
11,2,0,1,8.00,40.00,$0.00/h,$0.00/h,1,1
12,0,0,480,/,:,am,pm,0,0
20,Standard,0,1,1,1,1,1,0
25,2,8:00 am,12:00 pm,1:00 pm,5:00 pm
25,3,8:00 am,12:00 pm,1:00 pm,5:00 pm
25,4,8:00 am,12:00 pm,1:00 pm,5:00 pm
25,5,8:00 am,12:00 pm,1:00 pm,5:00 pm
25,6,8:00 am,12:00 pm,1:00 pm,4:00 pm
26,7/3/95,7/4/95,0
26,7/8/95,7/8/95,1,9:00 am,1:00 pm
20,Night,1,1,1,1,1,1,1
25,2,11:00 pm,12:00 am
30,"Barn, new",Hill Farm,Ana,Standard,7/3/95 8:00 AM,,0,7/1/95,Roof before winter,,,,,,,,,,,,,,,,,,,Joe
40,Name,Initials,Max Units,Standard Rate,Cost Per Use,Accrue At,ID,Unique ID,Base Calendar
41,1,2,41,42,44,45,40,49,48
50,Ravi,RK,2,$12.50/h,$5.00,Start,1,7,Night
55,Night,2,2,2,2,2,2,0
57,8/1/95,8/4/95,0
51,Call first\x7fhe sleeps late
50,Joe,J,50%,$800.00/d,,End,2,9,Standard
60,ID,Unique ID,Name,Outline Level,Duration,Predecessors,Constraint Type,Constraint Date,Fixed
61,90,98,1,3,40,70,91,68,80,44,58,95,92,4,140,110,60,36,46,56,57,94,50
70,0,0,Barn,0
71,Ask the council
70,1,1,Ground,1,,,,,No
70,2,5,"Dig ""deep""",2,3d,,Start No Earlier Than,7/5/95,No,50%,7/5/95 9:00 AM,High
75,1,2,48h,,24h,,$600.00,,$300.00,,,1d,7
75,2,0.5,,,,,,,,,,,9
71,mind the pipe
70,3,6,Pour,2,1w?,2FS+1ed,Must Finish On,7/21/95,Yes,,,Do Not Level,2d,red,4.5,Yes,7/9/95,$12,2h,7/10/95,7/14/95,-1d,7/10/95 8:00
70,4,8,Cure,2,5ed,"3SS+50%,2FF-4h",As Late As Possible
70,5,9,Inspect,1,0d,4
72,1,7/3/95,7/31/95,1,1,4
'''


def read_text(text: str | bytes, *, name: str = "barn.mpx", strict: bool = False) -> ImportResult:
    """Read a document given as text."""
    content = text.encode("cp1252") if isinstance(text, str) else text
    return read(Source(io.BytesIO(content), name, strict))


def codes(result: ImportResult) -> list[str]:
    """Return the codes of the problems met."""
    return [p.code for p in result.problems]
