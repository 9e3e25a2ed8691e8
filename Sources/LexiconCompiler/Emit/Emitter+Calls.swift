import LexiconTemplates
import Templating

extension Emitter {
  func callsView(of file: SwiftFile) -> TemplateView {
    TemplateView([
      "scope": file.scope,
      "access": access,
      "calls": methods(of: file).map { declaration, method in
        TemplateView([
          "access": access,
          "doc": documentation(declaration.documentation)
            + [deprecation(declaration.documentation)].compactMap(\.self),
          "name": SwiftKeywords.spelled(method.callName),
          "parameters": callParameters(method, path: declaration.path),
          "error": "XRPCError<\(declaration.path).Failure>",
          "result": clientResult(method, path: declaration.path),
          "body": callBody(method, path: declaration.path),
        ])
      },
    ])
  }

  func handlerView(of file: SwiftFile) -> TemplateView {
    TemplateView([
      "scope": file.scope,
      "access": access,
      "group": file.group,
      "methods": methods(of: file).map { declaration, method in
        let request = method.verb == .procedure ? "XRPCProcedureRequest" : "XRPCRequest"
        return TemplateView([
          "doc": documentation(declaration.documentation, indentedBy: 4),
          "access": access,
          "name": SwiftKeywords.spelled(method.callName),
          "request": "\(request)<\(declaration.path)>",
          "result": clientResult(method, path: declaration.path),
          "route": route(method, path: declaration.path),
          "method": declaration.path,
        ])
      },
    ])
  }

  func namespaceFile(of module: SwiftModule) -> OutputFile {
    var needs = ImportNeeds()
    let calls = options.parts.contains(.client) ? module.namespaces.filter(\.hasCalls) : []
    if !calls.isEmpty { needs.modules.insert("XRPC") }
    let registries = module.namespaces.filter { !$0.records.isEmpty }
    if !registries.isEmpty { needs.modules.insert("ATProtoData") }
    let view = TemplateView([
      "namespaces": module.namespaces.map { namespace in
        TemplateView([
          "isDeclared": namespace.isDeclared,
          "opening": namespace.scope.map { ["extension \($0) {"] } ?? [],
          "closing": namespace.scope == nil ? [] : ["}"],
          "indent": namespace.scope == nil ? "" : "  ",
          "doc": "The lexicons under `\(namespace.nsidPrefix)`.",
          "access": access,
          "name": SwiftKeywords.spelled(namespace.name),
        ])
      },
      "registries": registries.map { namespace in
        TemplateView([
          "path": namespace.path,
          "nsid": namespace.nsidPrefix,
          "access": access,
          "records": namespace.records,
        ])
      },
      "calls": calls.map { namespace in
        TemplateView([
          "path": namespace.path,
          "nsid": namespace.nsidPrefix,
          "access": access,
          "children": calls.filter { $0.scope == namespace.path }.map { child in
            let name = SwiftKeywords.spelled(child.callName)
            return
              "\(access)var \(name): \(child.path).Calls { \(child.path).Calls(_caller: _caller) }"
          },
        ])
      },
      "roots": calls.filter { $0.scope == nil }.map { namespace in
        TemplateView([
          "nsid": namespace.nsidPrefix,
          "access": access,
          "name": SwiftKeywords.spelled(namespace.callName),
          "path": namespace.path,
        ])
      },
    ])
    let text =
      header(source: "the lexicons' namespaces", imports: needs) + renderNamespaces(view)
    return OutputFile(path: Self.namespaceFileName(ofModule: module.name), content: text)
  }

  private func methods(of file: SwiftFile) -> [(Declaration, Method)] {
    file.methods.compactMap { declaration in
      guard case .method(let method) = declaration.kind else { return nil }
      return (declaration, method)
    }
  }

  private func callParameters(_ method: Method, path: String) -> String {
    var list: [String] = []
    let preset = method.parametersAreOptional ? " = \(path).Parameters()" : ""
    if method.verb == .procedure, method.input != .none { list.append("_ input: \(path).Input") }
    if method.hasParameters {
      let label = list.isEmpty ? "_ parameters" : "parameters"
      list.append("\(label): \(path).Parameters\(preset)")
    }
    list.append("options: CallOptions = CallOptions()")
    return list.joined(separator: ", ")
  }

  private func callBody(_ method: Method, path: String) -> String {
    let parameters = method.hasParameters ? "parameters" : "NoParameters()"
    switch method.verb {
    case .query:
      let discard = method.output == .none ? "_ = " : ""
      return "\(discard)try await _caller.query(\(path).self, \(parameters), options: options)"
    case .procedure:
      let input = method.input == .none ? "NoBody()" : "input"
      let discard = method.output == .none ? "_ = " : ""
      return
        "\(discard)try await _caller.procedure(\(path).self, \(parameters), \(input), options: options)"
    case .subscription:
      return "try await _caller.subscribe(\(path).self, \(parameters), options: options)"
    }
  }

  private func clientResult(_ method: Method, path: String) -> String {
    switch method.verb {
    case .subscription: " -> XRPCEventStream<\(path).Message>"
    case .query, .procedure: method.output == .none ? "" : " -> \(path).Output"
    }
  }

  private func route(_ method: Method, path: String) -> String {
    let call = "try await handler.\(SwiftKeywords.spelled(method.callName))($0)"
    let body =
      method.verb != .subscription && method.output == .none
      ? "\(call); return NoBody()" : call
    return "XRPCRoute.\(method.verb.rawValue)(\(path).self) { \(body) }"
  }
}
