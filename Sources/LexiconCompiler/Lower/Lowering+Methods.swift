import ATProtoSyntax
import Lexicon

extension Lowering {
  func declarations(
    of method: MethodSchema,
    verb: Method.Verb,
    _ nsid: String,
    _ plan: NamePlan.Document,
    _ documentation: String?
  ) -> [Declaration] {
    var declarations: [Declaration] = []
    let parameters = parameters(method.parameters, nsid, plan, &declarations)
    let input = body(method.input, name: "Input", nsid, plan, &declarations)
    let output = body(method.output, name: "Output", nsid, plan, &declarations)
    failures(method.errors, nsid, plan, &declarations)
    return [
      self.method(
        verb,
        parameters,
        input: input,
        output: output,
        hasFailures: !method.errors.isEmpty,
        nsid,
        plan,
        documentation
      )
    ] + declarations
  }

  func declarations(
    of subscription: SubscriptionSchema,
    _ nsid: String,
    _ plan: NamePlan.Document,
    _ documentation: String?
  ) -> [Declaration] {
    var declarations: [Declaration] = []
    let parameters = parameters(subscription.parameters, nsid, plan, &declarations)
    failures(subscription.errors, nsid, plan, &declarations)
    let message = lower(subscription.message, scope: "\(plan.path).Message")
    declarations.append(
      Declaration(
        scope: plan.path,
        name: "Message",
        documentation: subscription.messageDescription,
        origin: nsid,
        .union(message)
      )
    )
    return [
      method(
        .subscription,
        parameters,
        input: .none,
        output: .none,
        hasFailures: !subscription.errors.isEmpty,
        nsid,
        plan,
        documentation
      )
    ] + declarations
  }

  /// The enum that contains the other declarations of a method.
  private func method(
    _ verb: Method.Verb,
    _ parameters: [Field]?,
    input: Method.Body,
    output: Method.Body,
    hasFailures: Bool,
    _ nsid: String,
    _ plan: NamePlan.Document,
    _ documentation: String?
  ) -> Declaration {
    let method = Method(
      verb: verb,
      nsid: nsid,
      callName: callName(nsid),
      hasParameters: parameters != nil,
      parametersAreOptional: parameters?.allSatisfy(\.canBeLeftOut) ?? true,
      input: input,
      output: output,
      hasFailures: hasFailures
    )
    return Declaration(
      scope: plan.scope,
      name: plan.name,
      documentation: documentation,
      origin: nsid,
      .method(method)
    )
  }

  /// Unique within a group, because NSIDs differ in more than case.
  private func callName(_ nsid: String) -> String {
    var scope = NameScope(forbidden: SwiftKeywords.forbiddenMembers)
    return scope.claim(SwiftName.member(nsid.split(separator: ".").last.map(String.init) ?? ""))
  }

  private func parameters(
    _ schema: ParametersSchema?,
    _ nsid: String,
    _ plan: NamePlan.Document,
    _ declarations: inout [Declaration]
  ) -> [Field]? {
    guard let schema, !schema.properties.isEmpty else { return nil }
    var scope = InlineScope(
      path: "\(plan.path).Parameters",
      names: NameScope(forbidden: names.forbiddenTypes),
      origin: nsid,
      module: module(of: nsid)
    )
    var members = NameScope(forbidden: SwiftKeywords.forbiddenMembers)
    let fields = schema.properties.map { property in
      let key = property.name.value
      let type = type(of: property.schema, hint: SwiftName.type(key), in: &scope)
      return Field(
        key: key,
        name: members.claim(SwiftName.member(key)),
        documentation: documentation(of: property.schema) { "Default: `\($0)`." },
        type: type,
        isRequired: property.isRequired,
        defaultLiteral: parameterDefault(property.schema, type: type, in: scope),
        checks: checks(for: property.schema, type: type)
      )
    }
    declarations.append(
      Declaration(
        scope: plan.path,
        name: "Parameters",
        documentation: schema.description,
        origin: nsid,
        .parameters(Parameters(fields: fields))
      )
    )
    declarations += scope.declarations
    return fields
  }

  /// The default of a parameter, which both sides apply, so that a handler always has a value.
  private func parameterDefault(
    _ schema: Schema,
    type: TypeReference,
    in scope: InlineScope
  ) -> String? {
    switch schema.kind {
    case .boolean(let boolean): return boolean.default.map { "\($0)" }
    case .integer(let integer): return integer.default.map { "\($0)" }
    case .string(let string):
      guard let value = string.default else { return nil }
      guard case .named(let named) = type, named.kind == .closedString else {
        return SwiftLiteral.string(value)
      }
      for case .closedString(let closed) in scope.declarations.filter({ $0.path == named.path })
        .map(\.kind)
      {
        return closed.values.first { $0.value == value }
          .map { "." + SwiftKeywords.spelled($0.name) }
      }
      return nil
    case .bytes, .cidLink, .blob, .array, .object, .ref, .union, .unknown: return nil
    }
  }

  private func body(
    _ schema: BodySchema?,
    name: String,
    _ nsid: String,
    _ plan: NamePlan.Document,
    _ declarations: inout [Declaration]
  ) -> Method.Body {
    guard let body = schema else { return .none }
    guard let schema = body.schema else {
      return isJSON(body.encoding.value) ? .anyJSON : .raw(encoding: body.encoding.value)
    }
    guard isJSON(body.encoding.value) else { return .raw(encoding: body.encoding.value) }
    let documentation = schema.description ?? body.description
    switch schema.kind {
    case .object(let object):
      let all = structure(
        object,
        name: name,
        scope: plan.path,
        documentation: documentation,
        origin: nsid,
        module: module(of: nsid)
      )
      declarations += all.map { $0.path == "\(plan.path).\(name)" ? markedAsBody($0) : $0 }
      return .declared
    case .union(let union):
      declarations.append(
        Declaration(
          scope: plan.path,
          name: name,
          documentation: documentation,
          origin: nsid,
          .union(lower(union, scope: "\(plan.path).\(name)", isBody: true))
        )
      )
      return .declared
    case .ref(let reference):
      guard let type = namedType(of: reference) else { return .anyJSON }
      let isOwn =
        type.module == module(of: nsid) && (type.kind == .structure || type.kind == .union)
      return isOwn ? .type(.named(type)) : .foreign(.named(type))
    case .boolean, .integer, .string, .bytes, .cidLink, .blob, .array, .unknown:
      return .anyJSON
    }
  }

  private func markedAsBody(_ declaration: Declaration) -> Declaration {
    guard case .structure(var structure) = declaration.kind else { return declaration }
    structure.isBody = true
    var result = declaration
    result.kind = .structure(structure)
    return result
  }

  /// `application/json`, with or without parameters.
  private func isJSON(_ encoding: String) -> Bool {
    encoding.prefix { $0 != ";" }.filter { $0 != " " }.lowercased() == "application/json"
  }

  private func failures(
    _ errors: [ErrorSchema],
    _ nsid: String,
    _ plan: NamePlan.Document,
    _ declarations: inout [Declaration]
  ) {
    guard !errors.isEmpty else { return }
    var cases = NameScope(forbidden: SwiftKeywords.forbiddenCases)
    var seen: Set<String> = []
    let failures = errors.compactMap { error -> Failure? in
      guard seen.insert(error.name.value).inserted else { return nil }
      return Failure(
        error: error.name.value,
        name: cases.claim(SwiftName.member(error.name.value)),
        documentation: error.description
      )
    }
    declarations.append(
      Declaration(scope: plan.path, name: "Failure", origin: nsid, .failure(failures))
    )
  }
}

extension Field {
  /// Whether the initializer has a default value for it.
  var canBeLeftOut: Bool { !isRequired || defaultLiteral != nil }
}
