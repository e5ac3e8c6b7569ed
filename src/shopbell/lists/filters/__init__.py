"""The filter of a view: a tree of conditions over the fields of a conversation.

`{"match": "all" | "any", "of": [condition or group, …]}`; a condition is `{"field", "op", "value"}`, a group is such
a tree again, one level deep. `fields` says what can be asked, `tree` reads and checks, `contradiction` finds what can
never be, `compiling` makes one database question of it.
"""
