import ATProtoSyntax
package import Lexicon

/// The schema of a subject or of the target of a reference.
struct SubjectSchema {
  var schema: Schema
  /// The NSID of a record, which is the value of its `$type`.
  var recordType: String?
  var isParameters = false

  init(_ schema: Schema) {
    self.schema = schema
  }

  /// Returns nil for definitions without data: methods, permission sets, and tokens.
  init?(_ definition: Definition, in nsid: String) {
    switch definition.kind {
    case .record(let record):
      self.init(Schema(.object(record.record), at: definition.name.location))
      recordType = nsid
    case .schema(let schema): self.init(schema)
    case .query, .procedure, .subscription, .permissionSet, .space, .token: return nil
    }
  }

  init?(_ part: SampleSubject.Part, of main: Definition) {
    let location = main.name.location
    switch (main.kind, part) {
    case (.query(let method), .parameters), (.procedure(let method), .parameters):
      self.init(method.parameters, of: main)
    case (.subscription(let subscription), .parameters):
      self.init(subscription.parameters, of: main)
    case (.procedure(let method), .input): self.init(method.input)
    case (.query(let method), .output), (.procedure(let method), .output): self.init(method.output)
    case (.subscription(let subscription), .message):
      self.init(Schema(.union(subscription.message), at: location))
    default: return nil
    }
  }

  private init?(_ body: BodySchema?) {
    guard let schema = body?.schema else { return nil }
    self.init(schema)
  }

  private init?(_ parameters: ParametersSchema?, of main: Definition) {
    guard let parameters else { return nil }
    self.init(
      Schema(
        .object(ObjectSchema(properties: parameters.properties)),
        at: main.name.location
      )
    )
    isParameters = true
  }
}

extension Catalog {
  func subject(_ reference: Reference) -> SubjectSchema? {
    definition(reference).flatMap { SubjectSchema($0, in: reference.nsid.string) }
  }

  /// The schema of a subject; for a record, without its `$type`.
  package func schema(of subject: SampleSubject) throws(SampleError) -> Schema {
    try self.subject(subject).schema
  }

  func subject(_ subject: SampleSubject) throws(SampleError) -> SubjectSchema {
    guard let definition = self[subject.nsid]?[definition: subject.definition] else {
      throw SampleError(code: .unknownSubject, reason: "'\(subject)' is not in the catalog")
    }
    let found =
      subject.part.map { SubjectSchema($0, of: definition) }
      ?? SubjectSchema(definition, in: subject.nsid)
    guard let found else {
      throw SampleError(code: .withoutData, reason: "'\(subject)' does not describe data")
    }
    return found
  }

  /// Every subject that has data, in the order of the documents.
  var subjects: [SampleSubject] {
    documents.flatMap { document in
      document.definitions.flatMap { definition -> [SampleSubject] in
        let nsid = document.id.value.string
        if SubjectSchema(definition, in: nsid) != nil {
          return [SampleSubject(nsid: nsid, definition: definition.name.value)]
        }
        return SampleSubject.Part.allCases.filter { SubjectSchema($0, of: definition) != nil }
          .map { SampleSubject(nsid: nsid, part: $0) }
      }
    }
  }
}
