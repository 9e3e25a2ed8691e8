import Lexicon
import Templating

extension Emitter {
  func view(of method: Method, _ declaration: Declaration) -> TemplateView {
    var members: [String] = []
    if !method.hasParameters { members.append("typealias Parameters = NoParameters") }
    if method.verb == .procedure {
      members += bodyMembers(method.input, "Input", encodingName: "inputEncoding")
    }
    if method.verb != .subscription {
      members += bodyMembers(method.output, "Output", encodingName: "outputEncoding")
    }
    if !method.hasFailures { members.append("typealias Failure = UnknownFailure") }
    return TemplateView(
      base(declaration).merging([
        "conformance": method.verb.conformance,
        "nsid": SwiftLiteral.string(method.nsid),
        "members": members,
      ]) { $1 }
    )
  }

  private func bodyMembers(
    _ body: Method.Body,
    _ name: String,
    encodingName: String
  ) -> [String] {
    switch body {
    case .declared: []
    case .none: ["typealias \(name) = NoBody"]
    case .anyJSON: ["typealias \(name) = JSONBody<DataValue>"]
    case .type(let type): ["typealias \(name) = \(type.spelled)"]
    case .foreign(let type): ["typealias \(name) = JSONBody<\(type.spelled)>"]
    case .raw(let encoding):
      [
        "typealias \(name) = RawBody",
        "static var \(encodingName): String? { \(SwiftLiteral.string(encoding)) }",
      ]
    }
  }

  func view(of parameters: Parameters, _ declaration: Declaration) -> TemplateView {
    let checks = parameters.fields.flatMap { checkLines($0.undocumented.withDefaultApplied) }
    var values = base(declaration)
    values["parameterList"] = parameters.fields.map(parameterDeclaration).joined(separator: ", ")
    values["hasChecks"] = !checks.isEmpty
    values["checks"] = checks
    values["fields"] = parameters.fields.map { field in
      TemplateView([
        "access": access,
        "doc": documentation(field.documentation, indentedBy: 4),
        "local": field.local,
        "type": field.type.spelled + (field.canBeLeftOut && field.defaultLiteral == nil ? "?" : ""),
        "initialisation": "self.\(field.local) = \(field.local)",
        "decoding": parameterDecoding(field),
        "encoding": parameterEncoding(field),
      ])
    }
    return TemplateView(values)
  }

  private func parameterDeclaration(_ field: Field) -> String {
    if let value = field.defaultLiteral {
      return "\(field.local): \(field.type.spelled) = \(value)"
    }
    return field.isRequired
      ? "\(field.local): \(field.type.spelled)" : "\(field.local): \(field.type.spelled)? = nil"
  }

  func parameterDecoding(_ field: Field) -> String {
    let key = SwiftLiteral.string(field.key)
    let suffix = field.isArray ? "Array" : ""
    if let value = field.defaultLiteral {
      return "\(field.local) = try _r.optional\(suffix)(\(key)) ?? \(value)"
    }
    let call = field.isRequired ? "required" : "optional"
    return "\(field.local) = try _r.\(call)\(suffix)(\(key))"
  }

  func parameterEncoding(_ field: Field) -> String {
    let key = SwiftLiteral.string(field.key)
    if let value = field.defaultLiteral {
      return "_w.field(\(key), \(field.local), default: \(value))"
    }
    let call: String
    switch (field.isRequired, field.isArray) {
    case (true, false): call = "field"
    case (true, true): call = "fields"
    case (false, false): call = "optional"
    case (false, true): call = "optionals"
    }
    return "_w.\(call)(\(key), \(field.local))"
  }

  func view(of failures: [Failure], _ declaration: Declaration) -> TemplateView {
    TemplateView(
      base(declaration).merging([
        "method": declaration.origin,
        "isLarge": failures.count > Self.largestExhaustiveSwitch,
        "failures": failures.map { failure in
          TemplateView([
            "doc": documentation(failure.documentation, indentedBy: 4),
            "name": SwiftKeywords.spelled(failure.name),
            "error": SwiftLiteral.string(failure.error),
          ])
        },
      ]) { $1 }
    )
  }

  func view(
    of set: PermissionSetSchema,
    nsid: String,
    _ declaration: Declaration
  ) -> TemplateView {
    TemplateView(
      base(declaration).merging([
        "nsid": SwiftLiteral.string(nsid),
        "title": set.title.map(SwiftLiteral.string) ?? "nil",
        "localizedTitles": dictionary(set.localizedTitles),
        "detail": set.detail.map(SwiftLiteral.string) ?? "nil",
        "localizedDetails": dictionary(set.localizedDetails),
        "permissions": set.permissions.map(literal),
      ]) { $1 }
    )
  }

  private func dictionary(_ texts: [LocalizedText]) -> String {
    guard !texts.isEmpty else { return "[:]" }
    let entries = texts.map {
      "\(SwiftLiteral.string($0.language.value)): \(SwiftLiteral.string($0.text))"
    }
    return "[\(entries.joined(separator: ", "))]"
  }

  private func literal(_ permission: PermissionSchema) -> String {
    let fields = permission.fields.map { field in
      "\(SwiftLiteral.string(field.name.value)): \(literal(field.value))"
    }
    let list = fields.isEmpty ? "[:]" : "[\(fields.joined(separator: ", "))]"
    return
      "Permission(resource: \(SwiftLiteral.string(permission.resource.value)), fields: \(list))"
  }

  private func literal(_ value: PermissionSchema.Value) -> String {
    switch value {
    case .boolean(let value): ".boolean(\(value))"
    case .integer(let value): ".integer(\(value))"
    case .string(let value): ".string(\(SwiftLiteral.string(value)))"
    case .strings(let values):
      ".strings([\(values.map(SwiftLiteral.string).joined(separator: ", "))])"
    }
  }
}

extension Field {
  fileprivate var isArray: Bool {
    if case .array = type.resolved { true } else { false }
  }
}

extension Method.Verb {
  var conformance: String {
    switch self {
    case .query: "XRPCQuery"
    case .procedure: "XRPCProcedure"
    case .subscription: "XRPCSubscription"
    }
  }
}
