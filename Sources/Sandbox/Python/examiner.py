# Runs the tests, where the program cannot reach: another process, in a sandbox of its own. A name that the tests take
# from the program is a stand-in, whose calls go over the channel and come back as plain values. So both the expected
# values and every comparison are this process's own.
import _ast
import builtins


class Failed(Exception):
    """What the program did cannot pass a test."""


class Examination:
    """The state of one: a single one runs in a process."""

    last_call = ""
    results = 1


def opaque_number(value):
    if type(value) is not Remote:
        raise Failed("the test passes an object of type %s, which cannot be handed to the program"
                     % type(value).__name__)
    return object.__getattribute__(value, "_number")


def ask(verb, *operands):
    try:
        send(encoded([verb, *operands], opaque_number))
    except OSError:
        raise ChannelError("the program's process ended") from None
    return reply(verb)


def reply(verb):
    data = received()
    if data is None:
        raise ChannelError("the program's process ended")
    try:
        answer = decoded(data, Remote)
        kind, rest = answer[0], answer[1:]
        if kind == "value":
            return rest[0]
        names, message = rest
        names, message = [str(name) for name in names[:20]], str(message)[:200]
    except Exception as error:
        raise ChannelError("the program's answer is no value (%s)" % type(error).__name__) from None
    for name in names:
        kind = getattr(builtins, name, None)
        if kind is StopIteration and verb != "next":
            break  # It would end a loop of the tests' as if all had been seen.
        if isinstance(kind, type) and issubclass(kind, Exception):
            try:
                error = kind(message)
            except TypeError:
                continue
            raise error
    raise Failed("the program raised %s" % (names[0] if names else "something"))


class Remote:
    """An object that stays in the program's process. Comparing it is an error: `==` of its class would decide."""

    __slots__ = ("_number",)

    def __init__(self, number):
        object.__setattr__(self, "_number", number)

    def __call__(self, *arguments, **keywords):
        Examination.last_call = "the program raised an error"
        value = ask("call", self, arguments, keywords)
        Examination.last_call = "the program gave " + shown(value)
        return value

    def __getattr__(self, name):
        return ask("getattr", self, name)

    def __setattr__(self, name, value):
        ask("setattr", self, name, value)

    def __getitem__(self, key):
        return ask("item", self, key)

    def __iter__(self):
        return ask("iter", self)

    def __next__(self):
        return ask("next", self)

    def __len__(self):
        return exact(int, ask("len", self))

    def __bool__(self):
        return exact(bool, ask("bool", self))

    def __str__(self):
        return exact(str, ask("str", self))

    def refuse(self, *_):
        raise Failed("the program gave an object of its own class, which a test cannot compare")

    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __contains__ = refuse
    __hash__ = object.__hash__


def exact(kind, value):
    if type(value) is not kind:
        raise Failed("the program gave no %s" % kind.__name__)
    return value


def shown(value):
    if type(value) is Remote:
        return "an object of its own class"
    try:
        text = repr(value)
    except Exception:
        return "a value that cannot be shown"
    return text if len(text) <= 120 else text[:120] + "…"


# Which names are the program's.

def nodes(tree):
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        for field in node._fields:
            value = getattr(node, field, None)
            if isinstance(value, _ast.AST):
                waiting.append(value)
            elif isinstance(value, list):
                waiting.extend(item for item in value if isinstance(item, _ast.AST))


def names_of(trees):
    """The names that are read, those that are bound, and those whose attributes are read."""
    read, bound, dotted = set(), set(), set()
    for tree in trees:
        for node in nodes(tree):
            if isinstance(node, _ast.Name):
                (read if isinstance(node.ctx, _ast.Load) else bound).add(node.id)
            elif isinstance(node, (_ast.FunctionDef, _ast.AsyncFunctionDef, _ast.ClassDef)):
                bound.add(node.name)
            elif isinstance(node, _ast.alias):
                bound.add((node.asname or node.name).partition(".")[0])
            elif isinstance(node, _ast.arg):
                bound.add(node.arg)
            elif isinstance(node, _ast.ExceptHandler) and node.name:
                bound.add(node.name)
            elif isinstance(node, _ast.Attribute) and isinstance(node.value, _ast.Name):
                dotted.add(node.value.id)
    return read, bound, dotted


def outermost_call(tree):
    """The name called first from the outside and the left, as `sum` in `assert sum(10, 15) == 6`."""
    level = [tree]
    while level:
        for node in level:
            if isinstance(node, _ast.Call) and isinstance(node.func, _ast.Name):
                return node.func.id
        level = [child for node in level for field in node._fields
                 for child in (lambda value: value if isinstance(value, list) else [value])(getattr(node, field, None))
                 if isinstance(child, _ast.AST)]
    return None


def program_names(setup, tests):
    read, bound, dotted = names_of([setup, *tests])
    free = {name for name in read - bound if not hasattr(builtins, name)}
    modules = free & dotted & set(getattr(sys, "stdlib_module_names", ()))
    for test in tests:
        if all(hasattr(builtins, name) for name in names_of([test])[0] - bound) and not names_of([test])[0] & bound:
            name = outermost_call(test)
            if name:
                free.add(name)
    return sorted(free - modules), sorted(modules)


# The examination.

def line(word, text=""):
    text = "".join(character if character.isprintable() else " " for character in text[:400])
    data = ("%s %s\n" % (word, text)).encode("utf-8", "replace")
    while data:
        data = data[os.write(Examination.results, data):]


def described(error):
    if isinstance(error, (ChannelError, Failed)):
        return str(error)
    return "%s: %s" % (type(error).__name__, error) if str(error) else type(error).__name__


def examine(program, setup_text, test_texts, entry_points):
    try:
        setup = compile(setup_text, "<setup>", "exec", _ast.PyCF_ONLY_AST, dont_inherit=True)
        tests = [compile(text, "<test>", "exec", _ast.PyCF_ONLY_AST, dont_inherit=True) for text in test_texts]
        codes = [compile(tree, "<test>", "exec", dont_inherit=True) for tree in tests]
        setup_code = compile(setup, "<setup>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return line("error", "the tests cannot be read: " + described(error))
    names, modules = (entry_points, []) if entry_points else program_names(setup, tests)
    imports = [node for node in setup.body if isinstance(node, (_ast.Import, _ast.ImportFrom))]
    everything = program + setup_text + "".join(test_texts)
    is_random = "random" in everything
    if is_random:
        import random
        random.seed(0)
    if received() != b"ready":
        return line("error", "the program's sandbox did not start")
    # As in the official harness, the program sees what the tests' setup imports.
    imported = "\n".join(setup_text.splitlines()[node.lineno - 1] for node in imports
                         if node.lineno == node.end_lineno and node.col_offset == 0)
    try:
        ask("load", imported, program, is_random)
        scope = {"__name__": "tests"}
        remote = {}
        for name in names:
            found = ask("global", name)
            if type(found) is list and len(found) == 1:
                remote[name] = found[0]
    except ChannelError as error:
        return line("ended", "while the program was loaded: " + described(error))
    except Exception as error:
        return line("unloaded", "loading the program: " + described(error))
    for name in modules:
        scope[name] = __import__(name)
    scope.update(remote)
    try:
        exec(setup_code, scope)
    except ChannelError as error:
        return line("ended", "in the tests' setup: " + described(error))
    except ImportError as error:
        return line("error", "the tests' setup: " + described(error))
    except Exception as error:
        return line("unloaded", "the tests' setup: " + described(error))
    scope.update({name: remote[name] for name in entry_points if name in remote})
    for name in entry_points:
        if name not in remote:
            return line("unloaded", "the program does not define '%s'" % name)
    for text, code in zip(test_texts, codes):
        Examination.last_call = ""
        try:
            exec(code, scope)
            line("passed")
        except ChannelError as error:
            return line("ended", "%s: %s" % (text.strip()[:200], described(error)))
        except BaseException as error:
            found = Examination.last_call if isinstance(error, AssertionError) and Examination.last_call else ""
            line("failed", "%s: %s" % (text.strip()[:200], found or described(error)))
    line("end")


def job():
    chunks = []
    while True:
        chunk = os.read(0, 1 << 20)
        if not chunk:
            return decoded(b"".join(chunks), None)
        chunks.append(chunk)


confine(sys.argv[1:])
# What Python or the tests print is no result.
Examination.results = os.dup(1)
for number in (1, 2):
    os.dup2(os.open("/dev/null", os.O_RDWR), number)
examine(*job())
os._exit(0)
