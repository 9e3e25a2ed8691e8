import ATProtoSyntax
public import Lexicon

/// Exports every query and procedure as OpenAPI 3.1, with all definitions as components.
///
/// Features that OpenAPI does not have are written to extension fields: `x-errors` contains the
/// errors of a method with their descriptions. A subscription is a path with a response of status
/// 101, and its messages are in `x-message`. `x-permissionSets` contains the permission sets.
public struct OpenAPIExport: Sendable {
  /// The documents to export, including those that they refer to.
  public var documents: [LexiconDocument]
  /// The title of the API.
  public var title: String
  /// The version of the API, which OpenAPI requires, but lexicons do not have.
  public var version: String

  private let writer = SchemaWriter(names: SchemaNames(prefix: "#/components/schemas/"))

  /// Creates an export of documents.
  public init(_ documents: [LexiconDocument], title: String, version: String) {
    self.documents = documents
    self.title = title
    self.version = version
  }

  /// The OpenAPI document.
  public func json() -> OrderedJSON {
    var result: OrderedJSON = [
      "openapi": "3.1.0",
      "info": ["title": .string(title), "version": .string(version)],
    ]
    var paths: [OrderedJSON.Member] = []
    var sets: [OrderedJSON.Member] = []
    for document in documents {
      guard let main = document[definition: "main"] else { continue }
      let nsid = document.id.value.string
      let verb: String
      switch main.kind {
      case .query, .subscription: verb = "get"
      case .procedure: verb = "post"
      case .permissionSet(let set):
        sets.append(.init(name: nsid, value: permissionSet(set)))
        continue
      case .record, .space, .token, .schema: continue
      }
      let description = main.description ?? document.description
      let item: OrderedJSON = .object([
        .init(name: verb, value: operation(main, nsid, description))
      ])
      paths.append(.init(name: "/xrpc/\(nsid)", value: item))
    }
    result.add("paths", .object(paths))
    let schemas = writer.definitions(of: documents)
    result.add("components", ["schemas": schemas])
    if !sets.isEmpty { result.add("x-permissionSets", .object(sets)) }
    return result
  }

  private func operation(
    _ main: Definition,
    _ nsid: String,
    _ description: String?
  ) -> OrderedJSON {
    var result: OrderedJSON = ["operationId": .string(nsid)]
    let group = nsid.split(separator: ".").dropLast().joined(separator: ".")
    result.add("tags", [.string(group)])
    result.add("description", description)
    switch main.kind {
    case .query(let method), .procedure(let method):
      result.add("parameters", parameters(method.parameters))
      if let input = method.input {
        var body: OrderedJSON = [:]
        body.add("description", input.description)
        body.add("required", true)
        body.add("content", content(input))
        result.add("requestBody", body)
      }
      var success: OrderedJSON = [:]
      success.add("description", method.output?.description ?? "Success.")
      success.add("content", method.output.map(content))
      result.add("responses", ["200": success, "default": failure(method.errors)])
      result.add("x-errors", errors(method.errors))
    case .subscription(let subscription):
      result.add("parameters", parameters(subscription.parameters))
      result.add(
        "responses",
        [
          "101": ["description": "The event stream, over WebSocket."],
          "default": failure(subscription.errors),
        ]
      )
      result.add("x-errors", errors(subscription.errors))
      var message: OrderedJSON = [:]
      message.add("description", subscription.messageDescription)
      writer.write(subscription.message, to: &message)
      result.add("x-message", message)
    case .record, .permissionSet, .space, .token, .schema: break
    }
    return result
  }

  private func parameters(_ parameters: ParametersSchema?) -> OrderedJSON? {
    guard let parameters, !parameters.properties.isEmpty else { return nil }
    return .array(
      parameters.properties.map { property in
        var result: OrderedJSON = ["name": .string(property.name.value), "in": "query"]
        result.add("description", property.schema.description)
        result.add("required", .boolean(property.isRequired))
        var schema = property.schema
        schema.description = nil
        result.add("schema", writer.schema(schema))
        return result
      }
    )
  }

  private func content(_ body: BodySchema) -> OrderedJSON {
    let schema = body.schema.map { writer.schema($0) }
    var media: OrderedJSON = [:]
    media.add("schema", schema)
    return .object([.init(name: body.encoding.value, value: media)])
  }

  /// XRPC specification, "Error Responses". A method declares some errors; others may occur.
  private func failure(_ errors: [ErrorSchema]) -> OrderedJSON {
    var name: OrderedJSON = ["type": "string"]
    if !errors.isEmpty {
      name.add("x-knownValues", .array(errors.map { .string($0.name.value) }))
    }
    return [
      "description": "An error.",
      "content": [
        "application/json": [
          "schema": [
            "type": "object",
            "required": ["error"],
            "properties": ["error": name, "message": ["type": "string"]],
          ]
        ]
      ],
    ]
  }

  private func errors(_ errors: [ErrorSchema]) -> OrderedJSON? {
    guard !errors.isEmpty else { return nil }
    return .array(
      errors.map { error in
        var result: OrderedJSON = ["name": .string(error.name.value)]
        result.add("description", error.description)
        return result
      }
    )
  }

  private func permissionSet(_ set: PermissionSetSchema) -> OrderedJSON {
    var result: OrderedJSON = [:]
    result.add("title", set.title)
    result.add("x-titles", texts(set.localizedTitles))
    result.add("detail", set.detail)
    result.add("x-details", texts(set.localizedDetails))
    let permissions = set.permissions.map { permission in
      var result: OrderedJSON = ["resource": .string(permission.resource.value)]
      result.add("description", permission.description)
      for field in permission.fields {
        result.add(field.name.value, json(field.value))
      }
      return result
    }
    result.add("permissions", .array(permissions))
    return result
  }

  private func texts(_ texts: [LocalizedText]) -> OrderedJSON? {
    guard !texts.isEmpty else { return nil }
    return .object(
      texts.map { .init(name: $0.language.value, value: .string($0.text)) }
    )
  }

  private func json(_ value: PermissionSchema.Value) -> OrderedJSON {
    switch value {
    case .boolean(let value): .boolean(value)
    case .integer(let value): .integer(value)
    case .string(let value): .string(value)
    case .strings(let values): .array(values.map { .string($0) })
    }
  }
}
