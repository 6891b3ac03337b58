"""What Primavera P6 files have in common, whatever they are written in.

The seam: a P6 file is a `tables.Document`: the columns and rows of each table as texts, named as XER names them
(``TASK``, ``task_id``, ``target_drtn_hr_cnt``), with values as XER writes them (``2026-01-05 08:00``, hours, ``Y``).
`reader.read_document` turns one into a plan, `writer.document` a plan into one. A format of P6's (`pm.formats.xer`, or its
XML) does no more than turn its bytes into such a document and back.
"""
