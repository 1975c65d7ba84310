import Audit
import Testing

@Suite struct ProgramFormTests {
  private func form(_ text: String) -> UInt64 { ProgramForm.hash(of: ArraySlice(text.utf8)) }

  @Test(arguments: [
    ("def f(a):\n    return a", "def f(a):\n  return a  # back\n\n"),
    ("def f(a):\n    return a", "def g(b):\n\treturn b"),
    ("def f(a):\n    return a", "def f(a):\n    '''Gives\n    a.'''\n    return a"),
    ("def f(a):\n    return a", "Here:\n```python\ndef f(a):\n    return a\n```\nThat is all: a, b."),
    ("def f(a):\n    return a", "```\ndef f(a):\n    return a"),
    ("x = 'a'\ny = x", "u = \"a\"; v = u"),
    ("for i, j in pairs:\n  print(i+j)", "for a, b in pairs: \n  print(a + b)"),
    ("with open(p) as f:\n  f.read()", "with open(p) as handle:\n  handle.read()"),
    ("t = [n for n in r]", "t = [ k for k in r ]"),
    ("a = b = 1\nc = a + \\\n  b", "x = y = 1\nz = x + y"),
    ("t: int = 0\nt += 1", "total: int = 0\ntotal += 1"),
    ("s = sorted(v, key=lambda k: k[1])", "s = sorted(v, key=lambda pair: pair[1])"),
    ("if (n := f()) > 1:\n  print(n)", "if (m := f()) > 1:\n  print(m)"),
    ("f(\n  1,\n  2)", "f(1, 2)"),
  ])
  func formDoesNotCount(one: String, other: String) { #expect(form(one) == form(other)) }

  @Test(arguments: [
    ("def f(a, b):\n    return a - b", "def f(a, b):\n    return b - a"),
    ("def f(a):\n    return len(a)", "def f(a):\n    return sum(a)"),
    ("if a:\n  b()\nc()", "if a:\n  b()\n  c()"),
    ("if a:\n  if b:\n    c()\n  d()", "if a:\n  if b:\n    c()\n    d()"),
    ("x = 'a'", "x = 'A'"), ("x = 'a'", "x = a"), ("x = 1", "x = 2"), ("x = 'a b'", "x = 'ab'"),
    ("x.append(1)", "x.insert(1)"), ("f(key=1)", "f(reverse=1)"), ("def f(x: int):\n  pass", "def f(x: str):\n  pass"),
    ("x = a <= b", "x = a >= b"), ("x += 1", "x -= 1"), ("x = 1 # y", "x = 1\ny"),
    ("a = 1\nb = 2\nprint(a)", "a = 1\nb = 2\nprint(b)"),
  ])
  func whatAProgramDoesCounts(one: String, other: String) { #expect(form(one) != form(other)) }

  /// Hostile texts: every one ends, and in time that grows with its length only.
  @Test(arguments: [
    "(", "'", "\"\"\"", "\\", "```", "=", "a=", "def ", "lambda:", "#\n", "\u{0}", "é", ";", "f(a=", " \n\t", "}",
  ])
  func anyTextIsRead(piece: String) {
    let text = String(repeating: piece, count: 200_000)
    #expect(form(text) == form(text))
  }
}
