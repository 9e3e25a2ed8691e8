public import ATProtoData
public import ATProtoSyntax

extension Catalog {
  /// Validates a value against a definition, and returns the violations.
  ///
  /// Both the shape and the constraints are checked: if there are no violations, the value can be
  /// decoded as the generated type, and its `validate()` returns no violations either. Fields that
  /// the schema does not define, and types that an open union does not list, only have to be valid
  /// data; the `$type` in a union must be the name of a type in any case. At most
  /// `Validator.maximumViolations` are returned.
  ///
  /// - Parameters:
  ///   - value: the data to validate
  ///   - nsid: the document that contains the definition
  ///   - definition: a record, an object, or another definition that has values
  ///   - rules: the deviations from the specification that are accepted
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

  /// Validates a value against a definition, and returns the violations with the keys and indices
  /// that lead to them.
  ///
  /// Unless they are ignored, fields that the schema does not define are violations of the rule
  /// `unknown-field`.
  package func locatedViolations(
    _ value: DataValue,
    as nsid: NSID,
    definition: String = "main",
    rules: ValidationRules = .allowsLegacyBlobs,
    unknownFields: UnknownFieldPolicy = .ignore
  ) -> [(violation: Violation, steps: [DataPath])] {
    let location = SourceLocation(path: "", offset: 0, line: 1, column: 1)
    let reference = Reference(nsid: nsid, definition: definition, at: location)
    return located(rules, unknownFields) { $0.check(value, reference) }
  }

  /// Validates a value against a schema without a name, and returns the violations with the keys
  /// and indices that lead to them.
  package func locatedViolations(
    _ value: DataValue,
    against schema: Schema,
    rules: ValidationRules = .allowsLegacyBlobs,
    unknownFields: UnknownFieldPolicy = .ignore
  ) -> [(violation: Violation, steps: [DataPath])] {
    located(rules, unknownFields) { $0.check(value, schema) }
  }

  private func located(
    _ rules: ValidationRules,
    _ unknownFields: UnknownFieldPolicy,
    _ check: (inout SchemaValidation) -> Void
  ) -> [(violation: Violation, steps: [DataPath])] {
    let rules = unknownFields == .ignore ? rules : rules.union(.reportsUnknownFields)
    var validation = SchemaValidation(self, rules)
    validation.recordSteps()
    check(&validation)
    return zip(validation.violations, validation.steps).map { (violation: $0, steps: $1) }
  }

  /// Validates a value against a schema without a name, such as that of the input of a method, and
  /// returns the violations.
  public func validate(
    _ value: DataValue,
    against schema: Schema,
    rules: ValidationRules = .allowsLegacyBlobs
  ) -> [Violation] {
    var validation = SchemaValidation(self, rules)
    validation.check(value, schema)
    return validation.violations
  }

  /// Validates a record and its key against the record definition of its collection, and returns
  /// the violations.
  ///
  /// A violation of the record key has an empty path.
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
  /// Returns why a record cannot have the given key, or nil if it can.
  ///
  /// Record Key specification, "Record Key Types". The general syntax applies to all types.
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

/// What to do with fields that a schema does not define. "Unexpected fields in data which otherwise
/// conforms to the Lexicon should be ignored", but they are often misspelled.
public enum UnknownFieldPolicy: String, CaseIterable, Sendable {
  /// Accept them.
  case ignore
  /// Report them without rejecting the value.
  case warn
  /// Reject the value.
  case error
}

/// The deviations from the specification that a validation accepts.
public struct ValidationRules: OptionSet, Hashable, Sendable {
  /// The options as bits.
  public let rawValue: UInt8

  /// Creates options from their bits.
  public init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  /// Accepts only data that may still be written.
  public static let strict: ValidationRules = []

  /// Accepts blobs in the deprecated form `{cid, mimeType}`. Data Model specification, "`blob`
  /// Type": "Implementations should not throw errors when encountering the old format, but should
  /// never write them".
  public static let allowsLegacyBlobs = ValidationRules(rawValue: 1 << 0)
  /// Accepts blobs whose CID has a codec other than `raw`.
  public static let allowsForeignBlobCodecs = ValidationRules(rawValue: 1 << 1)
  /// Reports fields that the schema does not define.
  static let reportsUnknownFields = ValidationRules(rawValue: 1 << 7)
}
