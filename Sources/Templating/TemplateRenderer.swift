/// Runs the program of a template.
struct TemplateRenderer {
  private let template: Template
  private var output: [UInt8] = []
  /// The values of the sections around the current instruction, from the outermost to the innermost.
  private var stack: [any TemplateValue]
  /// Whether the innermost value is the first of a list; nil if it is not in a list.
  private var isFirst: Bool?

  static func render(_ template: Template, _ view: TemplateView) -> String {
    var renderer = TemplateRenderer(template, view)
    renderer.run(template.program.indices)
    return String(decoding: renderer.output, as: UTF8.self)
  }

  private init(_ template: Template, _ view: TemplateView) {
    self.template = template
    stack = [view]
    output.reserveCapacity(template.source.count * 2)
  }

  private mutating func run(_ range: Range<Int>) {
    var position = range.lowerBound
    while position < range.upperBound {
      switch template.program[position] {
      case .text(let range): output += template.source[range]
      case .value(let name, let isEscaped): write(value(of: name), isEscaped: isEscaped)
      case .section(let name, let isInverted, let end):
        runSection(name, isInverted: isInverted, (position + 1)..<end)
        position = end - 1
      }
      position += 1
    }
  }

  private mutating func runSection(_ name: Template.Name, isInverted: Bool, _ body: Range<Int>) {
    if name == .isFirst {
      if (isFirst ?? false) != isInverted { run(body) }
      return
    }
    switch value(of: name).content {
    case .flag(let flag): if flag != isInverted { run(body) }
    case .list(let values):
      if isInverted {
        if values.isEmpty { run(body) }
        return
      }
      let outer = isFirst
      for (index, value) in values.enumerated() { run(body, with: value, isFirst: index == 0) }
      isFirst = outer
    case .text(let text): if !isInverted { run(body, with: text, isFirst: nil) }
    case .view(let view): if !isInverted { run(body, with: view, isFirst: nil) }
    }
  }

  private mutating func run(_ body: Range<Int>, with value: any TemplateValue, isFirst: Bool?) {
    let outer = self.isFirst
    stack.append(value)
    self.isFirst = isFirst
    run(body)
    stack.removeLast()
    self.isFirst = outer
  }

  /// The value of a name in the innermost view. Inside a section for text, that is the view around
  /// it.
  private func value(of name: Template.Name) -> any TemplateValue {
    guard case .named(let name) = name else { return stack[stack.count - 1] }
    for value in stack.reversed() {
      if let view = value as? TemplateView { return view.value(named: name) }
    }
    preconditionFailure("no view around '\(name)'")
  }

  private mutating func write(_ value: any TemplateValue, isEscaped: Bool) {
    guard case .text(let text) = value.content else {
      preconditionFailure("\(value) is not text")
    }
    if isEscaped {
      PageText.append(text, to: &output)
    } else {
      output += text.utf8
    }
  }
}
