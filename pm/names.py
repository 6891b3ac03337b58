"""Names of days, months and ways to write a date. Imports nothing, so that the command line starts fast."""

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
DATE_FORMATS = {
    "iso": "{year:04}-{month:02}-{day:02}",
    "day": "{weekday} {day} {name}",
    "long": "{weekday} {day} {name} {year:04}",
    "european": "{day:02}.{month:02}.{year:04}",
    "british": "{day:02}/{month:02}/{year:04}",
    "american": "{month:02}/{day:02}/{year:04}",
}
"""Ways to write a date, by the name that the `date_format` setting takes."""
