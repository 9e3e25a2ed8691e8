public import ATProtoData
public import ATProtoSyntax

extension Catalog {
  /// What `value` breaks of the definition `definition` of the document `nsid`: a record, an object,
  /// or any other definition that has values.
  ///
  /// The shape is checked as well as the constraints, so that an empty answer means that the value
  /// can be decoded as the generated type, and that its `validate()` finds nothing. Fields that the
  /// schema does not name, and types that an open union does not, must be valid data, no more. The
  /// answer stops at ``Validator/maximumViolations``.
  ///
  /// - Parameter definition: the name after the `#`.
  public func validate(
    _ value: DataValue,
    as nsid: NSID,
    definition: String = "main",
    rules: ValidationRules = .allowsLegacyBlobs
  ) -> [Violation] {
    var validation = SchemaValidation(self, rules)
    let location = SourceLocation(path: "", offset: 0, line: 1, column: 1)
    validation.check(value, Reference(nsid: nsid, definition: definition, at: location))
    return validation.violations
  }

  /// The same for a schema without a name, such as that of a method's input.
  public func validate(
    _ value: DataValue,
    against schema: Schema,
    rules: ValidationRules = .allowsLegacyBlobs
  ) -> [Violation] {
    var validation = SchemaValidation(self, rules)
    validation.check(value, schema)
    return validation.violations
  }

  /// What a record breaks of the schema of its collection, and its key of the record key type there.
  ///
  /// The violations of the key have the path of the record itself.
  public func validateRecord(
    _ value: DataValue,
    collection: NSID,
    recordKey: String,
    rules: ValidationRules = .allowsLegacyBlobs
  ) -> [Violation] {
    guard case .record(let record)? = self[collection.string]?[definition: "main"]?.kind else {
      return [
        Violation(
          path: "",
          rule: "reference",
          message: "the catalog has no record '\(collection)'"
        )
      ]
    }
    let key = record.key.value.fault(in: recordKey).map {
      Violation(path: "", rule: "key", message: $0)
    }
    return (key.map { [$0] } ?? []) + validate(value, as: collection, rules: rules)
  }
}

extension RecordSchema.Key {
  /// Why a record cannot have this key; nil when it can.
  ///
  /// Record Key specification, "Record Key Types". Whatever the type, the general syntax holds.
  func fault(in text: String) -> String? {
    do throws(SyntaxError) {
      _ = try RecordKey(text)
      switch self {
      case .tid: _ = try TID(text)
      case .nsid: _ = try NSID(text)
      case .any: break
      case .literal(let literal):
        if literal != text { return "the record key is not '\(literal)'" }
      }
      return nil
    } catch {
      return error.description
    }
  }
}

/// Which departures from the specification a validation tolerates.
public struct ValidationRules: OptionSet, Hashable, Sendable {
  public let rawValue: UInt8

  public init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  /// Nothing but what may be written today.
  public static let strict: ValidationRules = []

  /// Blobs in the deprecated form `{cid, mimeType}`. Data model, "`blob` Type": "Implementations
  /// should not throw errors when encountering the old format, but should never write them".
  public static let allowsLegacyBlobs = ValidationRules(rawValue: 1 << 0)
  /// Blobs whose CID has another codec than `raw`.
  public static let allowsForeignBlobCodecs = ValidationRules(rawValue: 1 << 1)
}
