import Lexicon

extension SchemaWriter {
  func write(_ string: StringSchema, to result: inout OrderedJSON) {
    result.add("type", "string")
    if let format = string.format {
      result.add("format", format.jsonSchemaFormat)
      result.add("x-format", format.rawValue)
      result.add("pattern", format.pattern)
    }
    writeLengths(string, to: &result)
    result.add("x-knownValues", list(string.knownValues?.map(\.value)))
    result.add("enum", list(string.enum?.map(\.value)))
    result.add("const", string.const)
    result.add("default", string.default)
  }

  /// JSON Schema counts code points: a code point has at most four bytes, and a grapheme cluster at
  /// least one code point. Strings with a format are ASCII.
  private func writeLengths(_ string: StringSchema, to result: inout OrderedJSON) {
    let least = [
      string.length.minimum.map { $0 / 4 + ($0 % 4 == 0 ? 0 : 1) }, string.graphemes.minimum,
      string.format?.lengths.lowerBound,
    ]
    let most = [string.length.maximum, string.format?.lengths.upperBound]
    result.add("minLength", least.compactMap(\.self).max())
    result.add("maxLength", most.compactMap(\.self).min())
    result.add("x-minBytes", string.length.minimum)
    result.add("x-maxBytes", string.length.maximum)
    result.add("x-minGraphemes", string.graphemes.minimum)
    result.add("x-maxGraphemes", string.graphemes.maximum)
  }

  private func list(_ texts: [String]?) -> OrderedJSON? {
    texts.map { .array($0.map { .string($0) }) }
  }

  /// Data model, "`bytes` Type": base64 with or without padding, in `$bytes`.
  func writeBytes(_ length: LengthLimits, to result: inout OrderedJSON) {
    var text = Self.base64
    // Three bytes are four characters; without padding, one byte is two and two bytes are three.
    text.add("minLength", length.minimum.map { encodedLength($0, isPadded: false) })
    text.add("maxLength", length.maximum.map { encodedLength($0, isPadded: true) })
    result.add("x-type", "bytes")
    result.add("x-minBytes", length.minimum)
    result.add("x-maxBytes", length.maximum)
    result.add("type", "object")
    result.add("required", ["$bytes"])
    result.add("properties", ["$bytes": text])
    result.add("additionalProperties", false)
  }

  /// Saturates instead of overflowing.
  private func encodedLength(_ count: Int, isPadded: Bool) -> Int {
    let whole = (count / 3).multipliedReportingOverflow(by: 4)
    guard !whole.overflow, whole.partialValue < Int.max - 4 else { return Int.max }
    let rest = count % 3
    return whole.partialValue + (rest == 0 ? 0 : isPadded ? 4 : rest + 1)
  }

  /// Data model, "`link` Type".
  func writeLink(to result: inout OrderedJSON) {
    result.add("type", "object")
    result.add("required", ["$link"])
    result.add("properties", ["$link": Self.cid(codecs: "yk")])
    result.add("additionalProperties", false)
  }

  /// Data model, "`blob` Type", including the deprecated form that is still in use.
  func write(_ blob: BlobSchema, to result: inout OrderedJSON) {
    result.add("x-type", "blob")
    result.add("x-accept", list(blob.accept))
    result.add("x-maxSize", blob.maxSize)
    var type: OrderedJSON = ["type": "string", "minLength": 1]
    type.add("pattern", blob.accept.flatMap(typePattern))
    var size: OrderedJSON = ["type": "integer", "minimum": 1]
    size.add("maximum", blob.maxSize)
    result.add("type", "object")
    result.add(
      "anyOf",
      [
        [
          "required": ["$type", "ref", "mimeType", "size"],
          "properties": [
            "$type": ["const": "blob"], "ref": Self.fileLink, "mimeType": type, "size": size,
          ],
        ],
        [
          "description": "The deprecated form.",
          "required": ["cid", "mimeType"],
          "properties": [
            "$type": false, "cid": Self.cid(codecs: "yk"), "mimeType": type,
          ],
        ],
      ]
    )
  }

  /// A pattern for a list of MIME types; nil if any type is allowed. Types are case-insensitive and may
  /// have parameters.
  private func typePattern(_ accept: [String]) -> String? {
    guard !accept.isEmpty, !accept.contains("*/*") else { return nil }
    let alternatives = accept.map { type in
      let isFamily = type.hasSuffix("/*")
      let text = isFamily ? type.dropLast() : Substring(type)
      return text.unicodeScalars.map(letterPattern).joined() + (isFamily ? ".*" : "([ \\t;].*)?")
    }
    return "^(\(alternatives.joined(separator: "|")))$"
  }

  private func letterPattern(_ scalar: Unicode.Scalar) -> String {
    let text = String(scalar)
    if scalar.isASCII, scalar.properties.isAlphabetic {
      return "[\(text.uppercased())\(text.lowercased())]"
    }
    return "\\.+*?^$()[]{}|/-".unicodeScalars.contains(scalar) && scalar != "/" && scalar != "-"
      ? "\\\(text)" : text
  }
}
