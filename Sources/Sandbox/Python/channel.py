# How examiner and program exchange values. Nothing is ever executed, imported or looked up by name on being read:
# a value is a tag and its plain content, so bytes made by a hostile program can only be a value or an error.
import os
import sys

CHANNEL = 3
LARGEST_MESSAGE = 4 << 20
DEEPEST = 200

# Read back through constructors that the standard library brings; the content is plain.
STANDARD_TYPES = (
    "collections.OrderedDict", "collections.Counter", "collections.defaultdict", "collections.deque",
    "decimal.Decimal", "fractions.Fraction", "datetime.datetime", "datetime.date", "datetime.time",
    "datetime.timedelta", "builtins.range", "builtins.dict_keys", "builtins.dict_items",
)
PLAIN_CLASSES = (int, float, complex, str, bytes, bytearray, bool, list, tuple, set, frozenset, dict, object)


def confine(arguments):
    """Sets the limits that hold until the process ends (below zero: none), and leaves what is not ours."""
    import resource
    os.chdir(arguments[-1])
    os.closerange(CHANNEL + 1, 1 << 16)
    sys.path[:] = [path for path in sys.path if path]
    values = [int(argument) for argument in arguments[:-1]]
    for name, value in zip(("CPU", "AS", "NPROC", "FSIZE", "NOFILE", "CORE", "MSGQUEUE", "MEMLOCK"), values):
        kind = getattr(resource, "RLIMIT_" + name, None)
        if kind is None or value < 0:
            continue
        hard = resource.getrlimit(kind)[1]
        if hard != resource.RLIM_INFINITY:
            value = min(value, hard)
        resource.setrlimit(kind, (value, value))


class ChannelError(BaseException):
    """The other side has ended, or what it sent is no value."""


def content(kind, value):
    if kind in ("OrderedDict", "Counter", "defaultdict", "dict_items"):
        return list(dict.items(value) if isinstance(value, dict) else value)
    if kind == "deque":
        return [list(value), value.maxlen]
    if kind == "Decimal":
        return str(value)
    if kind == "Fraction":
        return [value.numerator, value.denominator]
    if kind == "datetime":
        if value.tzinfo is not None:
            raise TypeError("a time with a zone")
        return [value.year, value.month, value.day, value.hour, value.minute, value.second, value.microsecond]
    if kind == "date":
        return [value.year, value.month, value.day]
    if kind == "time":
        if value.tzinfo is not None:
            raise TypeError("a time with a zone")
        return [value.hour, value.minute, value.second, value.microsecond]
    if kind == "timedelta":
        return [value.days, value.seconds, value.microseconds]
    if kind == "range":
        return [value.start, value.stop, value.step]
    return list(value)  # dict_keys


def rebuilt(kind, value):
    if kind == "range":
        return range(*value)
    if kind == "dict_keys":
        return dict.fromkeys(value).keys()
    if kind == "dict_items":
        return dict(value).items()
    if kind in ("OrderedDict", "Counter", "defaultdict", "deque"):
        import collections
        if kind == "deque":
            return collections.deque(value[0], value[1])
        if kind == "defaultdict":
            return collections.defaultdict(None, value)
        if kind == "Counter":
            return collections.Counter(dict(value))
        return collections.OrderedDict(value)
    if kind == "Decimal":
        import decimal
        return decimal.Decimal(value)
    if kind == "Fraction":
        import fractions
        return fractions.Fraction(value[0], value[1])
    import datetime
    return getattr(datetime, kind)(*value)


class Writer:
    """`opaque` gives the number that stands for an object of the program's own."""

    def __init__(self, opaque):
        self.parts = []
        self.size = 0
        self.opaque = opaque

    def put(self, data):
        self.size += len(data)
        if self.size > LARGEST_MESSAGE:
            raise ValueError("the value is larger than %d bytes" % LARGEST_MESSAGE)
        self.parts.append(data)

    def text(self, tag, data):
        self.put(tag + b"%d:" % len(data))
        self.put(data)

    def items(self, tag, values, count, depth):
        self.put(tag + b"%d:" % count)
        for value in values:
            self.value(value, depth)

    def value(self, value, depth=0):
        if depth > DEEPEST:
            raise ValueError("the value is nested deeper than %d levels" % DEEPEST)
        depth += 1
        # The class itself, never what the object says of its class.
        for kind in type.mro(type(value)) if type(value) is not type else ():
            if kind is bool:
                return self.put(b"T" if value else b"F")
            if kind is int:
                return self.text(b"i", b"%x" % int.__index__(value))
            if kind is str:
                return self.text(b"s", str.encode(value, "utf-8", "surrogatepass"))
            if kind is float:
                return self.text(b"f", float.hex(value).encode())
            if kind is list:
                return self.items(b"l", list.__iter__(value), list.__len__(value), depth)
            if kind is tuple:
                return self.items(b"t", tuple.__iter__(value), tuple.__len__(value), depth)
            if kind.__module__ + "." + kind.__qualname__ in STANDARD_TYPES:
                try:
                    plain = content(kind.__name__, value)
                except TypeError:
                    break
                self.text(b"x", kind.__name__.encode())
                return self.value(plain, depth)
            if kind is dict:
                self.put(b"d%d:" % dict.__len__(value))
                for key, item in dict.items(value):
                    self.value(key, depth)
                    self.value(item, depth)
                return None
            if kind is set:
                return self.items(b"S", set.__iter__(value), set.__len__(value), depth)
            if kind is frozenset:
                return self.items(b"Z", frozenset.__iter__(value), frozenset.__len__(value), depth)
            if kind is complex:
                self.text(b"c", float.hex(value.real).encode())
                return self.text(b"f", float.hex(value.imag).encode())
            if kind is bytes:
                return self.text(b"b", bytes.__getitem__(value, slice(None)))
            if kind is bytearray:
                return self.text(b"B", bytes(value))
        if value is None:
            return self.put(b"N")
        if type(value) is type and value in PLAIN_CLASSES:
            return self.text(b"y", b"%d" % PLAIN_CLASSES.index(value))
        return self.text(b"o", b"%d" % self.opaque(value))


class Reader:
    """`opaque` gives the object for a number, or the stand-in of one."""

    def __init__(self, data, opaque):
        self.data = data
        self.at = 0
        self.opaque = opaque

    def number(self):
        end = self.data.index(b":", self.at, self.at + 12)
        number = int(self.data[self.at:end])
        self.at = end + 1
        if not 0 <= number <= len(self.data) - self.at:
            raise ValueError("a length beyond the message")
        return number

    def text(self):
        count = self.number()
        self.at += count
        return self.data[self.at - count:self.at]

    def items(self, depth):
        return [self.value(depth) for _ in range(self.number())]

    def value(self, depth=0):
        if depth > DEEPEST:
            raise ValueError("too deep")
        depth += 1
        tag = self.data[self.at:self.at + 1]
        self.at += 1
        if tag == b"N":
            return None
        if tag == b"T":
            return True
        if tag == b"F":
            return False
        if tag == b"i":
            return int(self.text(), 16)
        if tag == b"s":
            return self.text().decode("utf-8", "surrogatepass")
        if tag == b"f":
            return float.fromhex(self.text().decode("ascii"))
        if tag == b"l":
            return self.items(depth)
        if tag == b"t":
            return tuple(self.items(depth))
        if tag == b"d":
            return {self.value(depth): self.value(depth) for _ in range(self.number())}
        if tag == b"S":
            return set(self.items(depth))
        if tag == b"Z":
            return frozenset(self.items(depth))
        if tag == b"c":
            real = float.fromhex(self.text().decode("ascii"))
            return complex(real, self.value(depth))
        if tag == b"b":
            return self.text()
        if tag == b"B":
            return bytearray(self.text())
        if tag == b"x":
            kind = self.text().decode("ascii")
            if not any(name.endswith("." + kind) for name in STANDARD_TYPES):
                raise ValueError("an unknown type")
            return rebuilt(kind, self.value(depth))
        if tag == b"y":
            return PLAIN_CLASSES[int(self.text())]
        if tag == b"o":
            return self.opaque(int(self.text()))
        raise ValueError("an unknown tag")


def encoded(value, opaque):
    writer = Writer(opaque)
    writer.value(value)
    return b"".join(writer.parts)


def decoded(data, opaque):
    reader = Reader(data, opaque)
    value = reader.value()
    if reader.at != len(data):
        raise ValueError("more than one value")
    return value


def send(data):
    data = b"%010d" % len(data) + data
    while data:
        data = data[os.write(CHANNEL, data):]


def received():
    """The bytes of one message, or None where the other side has closed the channel."""
    header = exactly(10)
    if header is None:
        return None
    if not header.isdigit() or int(header) > LARGEST_MESSAGE:
        raise ChannelError("the message has no length that is allowed")
    return exactly(int(header))


def exactly(count):
    chunks = []
    while count:
        try:
            chunk = os.read(CHANNEL, min(count, 1 << 16))
        except OSError:
            return None
        if not chunk:
            return None
        chunks.append(chunk)
        count -= len(chunk)
    return b"".join(chunks)
