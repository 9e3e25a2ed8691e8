import ATProtoData
import ATProtoSyntax

extension DataValue {
  /// Reads the record of a Lexicon document and checks what every version of the language requires.
  /// Unknown fields and types are kept.
  ///
  /// - Throws: ``LexiconError/Code/invalidRecord``.
  init(lexicon bytes: [UInt8], _ nsid: NSID, _ limits: LexiconLimits) throws(LexiconError) {
    do throws(DataError) {
      try self.init(
        cbor: bytes,
        limits: DataLimits(
          inputSize: limits.recordBytes,
          depth: limits.depth,
          // The size bounds them: a record can have as many elements as bytes.
          elements: limits.recordBytes,
          stringLength: limits.recordBytes,
          keyLength: limits.recordBytes
        )
      )
    } catch {
      throw LexiconError(.invalidRecord, "the record is not valid DAG-CBOR: \(error)")
    }
    guard self["$type"]?.string?.isSame(LexiconResolver.collection.string) ?? false else {
      throw Self.invalid("its $type is not \(LexiconResolver.collection)")
    }
    guard self["lexicon"] == .integer(1) else {
      throw Self.invalid("the version of its language is not 1")
    }
    // "The NSID … must match the record key" (Lexicon specification, "Lexicon Publication").
    guard self["id"]?.string?.isSame(nsid.string) ?? false else {
      throw Self.invalid("its id is not \(nsid)")
    }
    guard let definitions = self["defs"]?.object, !definitions.isEmpty else {
      throw Self.invalid("it does not have definitions")
    }
    for key in definitions.keys where definitions[key]?["type"]?.string == nil {
      throw Self.invalid("its definition '\(key.prefix(200))' does not have a type")
    }
  }

  private static func invalid(_ reason: String) -> LexiconError {
    LexiconError(.invalidRecord, "the record is not a valid Lexicon document: \(reason)")
  }
}

extension String {
  /// Whether both strings have the same bytes. `==` also holds for different characters that are
  /// canonically equivalent, such as the letter K and the Kelvin sign.
  fileprivate func isSame(_ other: String) -> Bool {
    utf8.elementsEqual(other.utf8)
  }
}
