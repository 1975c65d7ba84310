/// A part of a template that writes or decides something.
indirect enum TemplateStatement: Sendable {
  case text(String)
  case output(TemplateExpression, line: Int)
  case condition(
    [(condition: TemplateExpression, body: [TemplateStatement])], otherwise: [TemplateStatement], line: Int)
  case loop(
    TemplateTarget, TemplateExpression, filter: TemplateExpression?, body: [TemplateStatement],
    otherwise: [TemplateStatement], line: Int)
  case set(TemplateTarget, TemplateExpression, line: Int)
  case setBlock(TemplateTarget, [TemplateStatement], filters: [TemplateExpression], line: Int)
  case macro(TemplateMacro)
  case leaveLoop(continues: Bool)
}

/// What a value is assigned to.
enum TemplateTarget: Sendable {
  case name(String)
  case names([String])
  case attribute(namespace: String, name: String)
}

struct TemplateMacro: Sendable {
  let name: String
  let parameters: [(name: String, value: TemplateExpression?)]
  let body: [TemplateStatement]
  let line: Int
}

indirect enum TemplateExpression: Sendable {
  typealias Argument = (name: String?, value: TemplateExpression)

  case literal(TemplateValue)
  case name(String)
  case list([TemplateExpression], isTuple: Bool)
  case dictionary([(key: TemplateExpression, value: TemplateExpression)])
  case attribute(TemplateExpression, String)
  case item(TemplateExpression, TemplateExpression)
  case slice(TemplateExpression, TemplateExpression?, TemplateExpression?, TemplateExpression?)
  case call(TemplateExpression, [Argument])
  case filter(TemplateExpression, String, [Argument])
  case test(TemplateExpression, String, [TemplateExpression])
  case negation(TemplateExpression)
  case minus(TemplateExpression)
  case binary(String, TemplateExpression, TemplateExpression)
  case both(TemplateExpression, TemplateExpression)
  case either(TemplateExpression, TemplateExpression)
  /// `a < b <= c`
  case comparison(TemplateExpression, [(operation: String, value: TemplateExpression)])
  case choice(TemplateExpression, TemplateExpression, otherwise: TemplateExpression?)
}
