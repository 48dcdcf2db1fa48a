"""The sum that guards rows against accidents, for who writes into a database beside the server."""


def seal(*values):
    """64-bit FNV-1a over types, lengths and values; whoever alters a row makes it anew."""
    state, mask = 0xCBF29CE484222325, (1 << 64) - 1

    def add(data):
        nonlocal state
        for byte in data:
            state = ((state ^ byte) * 0x100000001B3) & mask

    for value in values:
        kind = {int: 1, str: 3, bytes: 4, type(None): 5}[type(value)]
        add(kind.to_bytes(8, "little"))
        if kind == 1:
            add((value & mask).to_bytes(8, "little"))
        elif kind != 5:
            data = value.encode() if kind == 3 else value
            add(len(data).to_bytes(8, "little") + data)
    return state - (1 << 64) if state >> 63 else state
