/// A comparison of the generated APIs of two versions. The intermediate representation determines
/// the API: names, types, cases, and the parameters of initializers.
public struct SwiftAPIComparison {
  /// The changes, sorted by symbol.
  public private(set) var changes: [SwiftAPIChange] = []
  private var origin = ""

  /// Compares the modules of two versions.
  public init(old: [SwiftModule], new: [SwiftModule]) {
    let before = Self.declarations(of: old)
    let after = Self.declarations(of: new)
    for (path, entry) in before {
      origin = entry.declaration.origin
      guard let other = after[path] else {
        add(path, "'\(path)' was removed", breaks: true)
        continue
      }
      origin = other.declaration.origin
      if entry.module != other.module {
        add(path, "'\(path)' moved from \(entry.module) to \(other.module)", breaks: true)
      }
      compare(entry.declaration, other.declaration)
    }
    for (path, entry) in after where before[path] == nil {
      origin = entry.declaration.origin
      add(path, "'\(path)' was added", breaks: false)
    }
    changes.sort()
  }

  private static func declarations(
    of modules: [SwiftModule]
  ) -> [String: (module: String, declaration: Declaration)] {
    var result: [String: (module: String, declaration: Declaration)] = [:]
    for module in modules {
      for file in module.files {
        for declaration in file.declarations {
          result[declaration.path] = (module.name, declaration)
        }
      }
    }
    return result
  }

  private mutating func add(
    _ symbol: String,
    _ message: String,
    of member: String? = nil,
    breaks: Bool
  ) {
    changes.append(
      SwiftAPIChange(
        origin: origin,
        member: member,
        symbol: symbol,
        message: message,
        isSourceBreaking: breaks
      )
    )
  }

  private mutating func compare(_ a: Declaration, _ b: Declaration) {
    let path = a.path
    if !a.isDeprecated && b.isDeprecated {
      add(path, "'\(path)' was deprecated; its uses cause warnings", breaks: false)
    }
    switch (a.kind, b.kind) {
    case (.structure(let x), .structure(let y)):
      compare(x.fields.map { Argument($0) }, y.fields.map { Argument($0) }, path)
    case (.parameters(let x), .parameters(let y)):
      compare(
        x.fields.map { Argument(parameter: $0) },
        y.fields.map { Argument(parameter: $0) },
        path
      )
    case (.union(let x), .union(let y)):
      compareCases(x.cases, y.cases, path)
    case (.closedString(let x), .closedString(let y)):
      compareCases(
        x.values.map { Case(name: $0.name, value: $0.value, member: $0.value) },
        y.values.map { Case(name: $0.name, value: $0.value, member: $0.value) },
        path
      )
    case (.openString(let x), .openString(let y)): compareConstants(x, y, path)
    case (.failure(let x), .failure(let y)):
      compareCases(
        x.map { Case(name: $0.name, value: $0.error, member: $0.error) },
        y.map { Case(name: $0.name, value: $0.error, member: $0.error) },
        path
      )
    case (.alias(let x), .alias(let y)):
      if x.spelled != y.spelled {
        add(path, "'\(path)' changed from \(x.spelled) to \(y.spelled)", breaks: true)
      }
    case (.method(let x), .method(let y)): compare(x, y, path)
    case (.namespace, .namespace), (.token, .token), (.permissionSet, .permissionSet): break
    default: add(path, "'\(path)' changed from \(a.kind.words) to \(b.kind.words)", breaks: true)
    }
  }

  // MARK: Structures

  /// A property, and the initializer parameter that sets it.
  private struct Argument {
    var key: String
    var name: String
    var type: String
    var canBeLeftOut: Bool
    var literal: String?

    init(_ field: Field) {
      key = field.key
      name = field.name
      type = field.type.spelled + (field.isRequired ? "" : "?")
      canBeLeftOut = !field.isRequired || field.defaultLiteral != nil
      literal = field.isRequired ? field.defaultLiteral : nil
    }

    init(parameter field: Field) {
      self.init(field)
      literal = field.defaultLiteral
      type = field.type.spelled + (field.isRequired || literal != nil ? "" : "?")
    }
  }

  private mutating func compare(_ old: [Argument], _ new: [Argument], _ path: String) {
    let before = Dictionary(old.map { ($0.name, $0) }) { first, _ in first }
    let after = Dictionary(new.map { ($0.name, $0) }) { first, _ in first }
    for field in old {
      let symbol = "\(path).\(field.name)"
      guard let other = after[field.name] else {
        add(symbol, "'\(symbol)' was removed", of: field.key, breaks: true)
        continue
      }
      let key = other.key
      if field.type != other.type {
        let text = "'\(symbol)' changed from \(field.type) to \(other.type)"
        add(symbol, text, of: key, breaks: true)
      } else if field.canBeLeftOut && !other.canBeLeftOut {
        let text = "the initializer parameter for '\(symbol)' lost its default value"
        add(symbol, text, of: key, breaks: true)
      } else if field.literal != other.literal {
        let text = "the initializer parameter for '\(symbol)' has another default value"
        add(symbol, text, of: key, breaks: false)
      }
    }
    for field in new where before[field.name] == nil {
      let symbol = "\(path).\(field.name)"
      let text =
        field.canBeLeftOut
        ? "'\(symbol)' was added, with a default value in the initializer"
        : "'\(symbol)' was added, and is required by the initializer"
      add(symbol, text, of: field.key, breaks: !field.canBeLeftOut)
    }
    let order = old.map(\.name).filter { after[$0] != nil }
    if order != new.map(\.name).filter({ before[$0] != nil }) {
      add(path, "the order of the initializer parameters changed", breaks: true)
    }
  }

  // MARK: Enumerations

  fileprivate struct Case {
    var name: String
    /// The meaning of the case, for messages.
    var value: String
    /// The name in the schema; nil for a case that is not in it.
    var member: String?
  }

  private mutating func compareCases(_ old: [Case], _ new: [Case], _ path: String) {
    let before = Set(old.map(\.name))
    let after = Dictionary(new.map { ($0.name, $0) }) { first, _ in first }
    for known in old {
      let symbol = "\(path).\(known.name)"
      guard let other = after[known.name] else {
        add(symbol, "the case '\(symbol)' was removed", of: known.member, breaks: true)
        continue
      }
      if known.value != other.value {
        let text = "the case '\(symbol)' changed from \(known.value) to \(other.value)"
        add(symbol, text, of: other.member, breaks: true)
      }
    }
    for known in new where !before.contains(known.name) {
      let symbol = "\(path).\(known.name)"
      let text = "the case '\(symbol)' was added; an exhaustive switch must handle it"
      add(symbol, text, of: known.member, breaks: true)
    }
  }

  private mutating func compareConstants(_ old: OpenString, _ new: OpenString, _ path: String) {
    let before = Set(old.values.map(\.name))
    let after = Set(new.values.map(\.name))
    for value in old.values where !after.contains(value.name) {
      let symbol = "\(path).\(value.name)"
      add(symbol, "the constant '\(symbol)' was removed", of: value.value, breaks: true)
    }
    for value in new.values where !before.contains(value.name) {
      let symbol = "\(path).\(value.name)"
      add(symbol, "the constant '\(symbol)' was added", of: value.value, breaks: false)
    }
  }

  // MARK: Methods

  private mutating func compare(_ x: Method, _ y: Method, _ path: String) {
    if x.verb != y.verb {
      add(path, "'\(path)' changed from a \(x.verb.rawValue) to a \(y.verb.rawValue)", breaks: true)
    }
    if x.callName != y.callName {
      add(path, "the call '\(x.callName)' was renamed to '\(y.callName)'", breaks: true)
    }
    if x.hasParameters != y.hasParameters {
      let text = "'\(path)' \(y.hasParameters ? "takes" : "no longer takes") parameters"
      add(path, text, breaks: !(y.hasParameters && y.parametersAreOptional))
    }
    for (what, before, after) in [("input", x.input, y.input), ("output", x.output, y.output)]
    where before != after {
      let isEncoding = before.words == after.words
      let text = "the \(what) of '\(path)' changed from \(before.words) to \(after.words)"
      add(
        path,
        isEncoding ? "the encoding of the \(what) of '\(path)' changed" : text,
        breaks: !isEncoding
      )
    }
    if x.hasFailures != y.hasFailures {
      let text = "'\(path)' \(y.hasFailures ? "now declares errors" : "no longer declares errors")"
      add(path, "\(text), so its Failure is another type", breaks: true)
    }
  }
}

extension Union {
  /// The cases, including the one for unlisted types of an open union.
  fileprivate var cases: [SwiftAPIComparison.Case] {
    members.map { member in
      let type = TypeReference.named(member.type).spelled
      return SwiftAPIComparison.Case(name: member.name, value: type, member: member.id)
    }
      + (isClosed ? [] : [SwiftAPIComparison.Case(name: "unknown", value: "any other type")])
  }
}

extension Method.Body {
  fileprivate var words: String {
    switch self {
    case .none: "nothing"
    case .raw: "bytes"
    case .declared: "a type of its own"
    case .type(let type), .foreign(let type): type.spelled
    case .anyJSON: "any JSON"
    }
  }
}

extension Declaration.Kind {
  fileprivate var words: String {
    switch self {
    case .structure: "a structure"
    case .union: "a union"
    case .openString: "a string with known values"
    case .closedString: "an enumeration of strings"
    case .alias(let type): "an alias of \(type.spelled)"
    case .namespace: "a namespace"
    case .token: "a token"
    case .method: "a method"
    case .parameters: "parameters"
    case .failure: "errors"
    case .permissionSet: "a permission set"
    }
  }
}
