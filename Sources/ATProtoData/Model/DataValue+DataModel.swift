extension DataValue {
  /// Reports how the value violates the data model as the content of an `unknown` field, which is
  /// data without a schema.
  ///
  /// Lexicon, "unknown": "The top-level data must be an object", not a compound type, and its
  /// contents must be valid in the data model.
  public func validate(into validator: inout Validator) {
    guard let object, object["$type"] != "blob" else {
      validator.report("unknown", "data of any type must be an object other than a blob or a link")
      return
    }
    validator.dataModel(self)
  }

  /// Returns how the value violates the data model: everything that can be checked in a record or
  /// message without its schema.
  ///
  /// A record is an object; `$type` is a string that is not empty; objects with the `$type` `blob`
  /// have the fields of a blob; keys are not empty, and `$link` and `$bytes` are not keys of
  /// objects.
  public func validateDataModel() -> [Violation] {
    var validator = Validator()
    if object == nil {
      validator.report("object", "a record or message must be an object")
    }
    validator.dataModel(self)
    return validator.violations
  }
}

extension Validator {
  package mutating func dataModel(_ value: DataValue) {
    switch value {
    case .array(let elements):
      for (index, element) in elements.enumerated() {
        if isFull { return }
        within(.index(index)) { validator in validator.dataModel(element) }
      }
    case .object(let object):
      for (key, value) in object {
        if isFull { return }
        dataModel(key, value)
      }
      if object["$type"] == "blob" { blob(object) }
    default: break
    }
  }

  /// The same, for a field of an object.
  package mutating func dataModel(_ key: String, _ value: DataValue) {
    within(.key(key)) { validator in
      if key.isEmpty {
        validator.report("key", "a key must not be empty")
      } else if key.isJSONForm {
        validator.report("key", "'\(key)' must not be a key of an object")
      } else if key == "$type" {
        validator.type(value)
      }
      validator.dataModel(value)
    }
  }

  private mutating func type(_ value: DataValue) {
    guard let text = value.string else {
      report("type", "$type must be a string")
      return
    }
    if text.isEmpty { report("type", "$type must not be empty") }
  }

  private mutating func blob(_ object: DataObject) {
    // Data model, "`blob` Type".
    if object["ref"]?.link?.codec != .raw {
      within(.key("ref")) {
        $0.report("blob", "the ref of a blob must be a link with the codec raw")
      }
    }
    if (object["size"]?.integer ?? 0) <= 0 {
      within(.key("size")) { $0.report("blob", "the size of a blob must be a positive integer") }
    }
    if object["mimeType"]?.string?.isEmpty ?? true {
      within(.key("mimeType")) {
        $0.report("blob", "the MIME type of a blob must be a string that is not empty")
      }
    }
  }
}
