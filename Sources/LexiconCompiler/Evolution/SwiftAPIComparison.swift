/// Two versions of what is emitted. The intermediate representation is all that decides the API:
/// names, types, cases, and the parameters of initialisers.
public struct SwiftAPIComparison {
  public private(set) var changes: [SwiftAPIChange] = []
  private var origin = ""

  /// Compares modules, sorts what it finds.
  public init(old: [SwiftModule], new: [SwiftModule]) {
    let before = Self.declarations(of: old)
    let after = Self.declarations(of: new)
    for (path, entry) in before {
      origin = entry.declaration.origin
      guard let other = after[path] else {
        add(path, "'\(path)' is gone", breaks: true)
        continue
      }
      origin = other.declaration.origin
      if entry.module != other.module {
        add(path, "'\(path)' has moved from \(entry.module) to \(other.module)", breaks: true)
      }
      compare(entry.declaration, other.declaration)
    }
    for (path, entry) in after where before[path] == nil {
      origin = entry.declaration.origin
      add(path, "'\(path)' is new", breaks: false)
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
      add(path, "'\(path)' is deprecated now: its uses give warnings", breaks: false)
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
        add(path, "'\(path)' was \(x.spelled) and is \(y.spelled)", breaks: true)
      }
    case (.method(let x), .method(let y)): compare(x, y, path)
    case (.namespace, .namespace), (.token, .token), (.permissionSet, .permissionSet): break
    default: add(path, "'\(path)' was \(a.kind.words) and is \(b.kind.words)", breaks: true)
    }
  }

  // MARK: Structures

  /// A property, and the parameter of the initialiser that sets it.
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
        add(symbol, "'\(symbol)' is gone", of: field.key, breaks: true)
        continue
      }
      let key = other.key
      if field.type != other.type {
        let text = "'\(symbol)' was \(field.type) and is \(other.type)"
        add(symbol, text, of: key, breaks: true)
      } else if field.canBeLeftOut && !other.canBeLeftOut {
        let text = "the initialiser no longer has a default for '\(symbol)'"
        add(symbol, text, of: key, breaks: true)
      } else if field.literal != other.literal {
        let text = "the initialiser has another default for '\(symbol)'"
        add(symbol, text, of: key, breaks: false)
      }
    }
    for field in new where before[field.name] == nil {
      let symbol = "\(path).\(field.name)"
      let text =
        field.canBeLeftOut
        ? "'\(symbol)' is new, and has a default in the initialiser"
        : "'\(symbol)' is new, and must be given to the initialiser"
      add(symbol, text, of: field.key, breaks: !field.canBeLeftOut)
    }
    let order = old.map(\.name).filter { after[$0] != nil }
    if order != new.map(\.name).filter({ before[$0] != nil }) {
      add(path, "the parameters of the initialiser stand in another order", breaks: true)
    }
  }

  // MARK: Enumerations

  fileprivate struct Case {
    var name: String
    /// What it stands for, for messages.
    var value: String
    /// As the schema names it; nil for a case that it does not name.
    var member: String?
  }

  private mutating func compareCases(_ old: [Case], _ new: [Case], _ path: String) {
    let before = Set(old.map(\.name))
    let after = Dictionary(new.map { ($0.name, $0) }) { first, _ in first }
    for known in old {
      let symbol = "\(path).\(known.name)"
      guard let other = after[known.name] else {
        add(symbol, "the case '\(symbol)' is gone", of: known.member, breaks: true)
        continue
      }
      if known.value != other.value {
        let text = "the case '\(symbol)' stood for \(known.value) and stands for \(other.value)"
        add(symbol, text, of: other.member, breaks: true)
      }
    }
    for known in new where !before.contains(known.name) {
      let symbol = "\(path).\(known.name)"
      let text = "the case '\(symbol)' is new: a switch that names every case lacks it"
      add(symbol, text, of: known.member, breaks: true)
    }
  }

  private mutating func compareConstants(_ old: OpenString, _ new: OpenString, _ path: String) {
    let before = Set(old.values.map(\.name))
    let after = Set(new.values.map(\.name))
    for value in old.values where !after.contains(value.name) {
      let symbol = "\(path).\(value.name)"
      add(symbol, "the constant '\(symbol)' is gone", of: value.value, breaks: true)
    }
    for value in new.values where !before.contains(value.name) {
      let symbol = "\(path).\(value.name)"
      add(symbol, "the constant '\(symbol)' is new", of: value.value, breaks: false)
    }
  }

  // MARK: Methods

  private mutating func compare(_ x: Method, _ y: Method, _ path: String) {
    if x.verb != y.verb {
      add(path, "'\(path)' was a \(x.verb.rawValue) and is a \(y.verb.rawValue)", breaks: true)
    }
    if x.callName != y.callName {
      add(path, "the call '\(x.callName)' is '\(y.callName)' now", breaks: true)
    }
    if x.hasParameters != y.hasParameters {
      let text = "'\(path)' \(y.hasParameters ? "takes" : "no longer takes") parameters"
      add(path, text, breaks: !(y.hasParameters && y.parametersAreOptional))
    }
    for (what, before, after) in [("input", x.input, y.input), ("output", x.output, y.output)]
    where before != after {
      let isEncoding = before.words == after.words
      let text = "the \(what) of '\(path)' was \(before.words) and is \(after.words)"
      add(
        path,
        isEncoding ? "the \(what) of '\(path)' has another encoding" : text,
        breaks: !isEncoding
      )
    }
    if x.hasFailures != y.hasFailures {
      let text = "'\(path)' \(y.hasFailures ? "names errors now" : "no longer names errors")"
      add(path, "\(text): its Failure is another type", breaks: true)
    }
  }
}

extension Union {
  /// With the case for types that an open union does not name.
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
