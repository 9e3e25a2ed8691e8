import ATProtoSyntax

// Permission specification, "Scope String Syntax":
//
//   scope      = resource [ ":" positional ] [ "?" [ parameter *( "&" parameter ) ] ]
//   parameter  = name "=" value
//
// Positional, name and value are percent-encoded. A name may be repeated: its values are an array.
// "The positional part can contain any characters except for a question mark". A "+" stands for
// itself, as in MIME types, and a "#" need not be encoded.

/// A scope value taken apart, without knowledge of its resource.
struct ScopeSyntax {
  let resource: String
  private var positional: String?
  private var parameters: [(name: String, values: [String])] = []

  /// Returns nil if the text does not follow the grammar or its percent-encoding is broken.
  init?(_ text: String) {
    let resource = text.prefix { $0 != ":" && $0 != "?" }
    self.resource = String(resource)
    var rest = text[resource.endIndex...]
    if rest.first == ":" {
      let encoded = rest.dropFirst().prefix { $0 != "?" }
      rest = rest[encoded.endIndex...]
      guard let positional = Self.decoded(encoded) else { return nil }
      self.positional = positional
    }
    let query = rest.dropFirst()
    if query.isEmpty { return }
    for pair in query.split(separator: "&", omittingEmptySubsequences: false) {
      guard let equals = pair.firstIndex(of: "="),
        let name = Self.decoded(pair[..<equals]),
        let value = Self.decoded(pair[pair.index(after: equals)...])
      else { return nil }
      if let index = parameters.firstIndex(where: { $0.name == name }) {
        parameters[index].values.append(value)
      } else {
        parameters.append((name, [value]))
      }
    }
  }

  /// Takes the values of a parameter out of the scope; nil if it is absent.
  ///
  /// - Parameter isPositional: whether the positional part is the value of this parameter. "If a
  ///   parameter is specified in the positional position, it can not also be described in the
  ///   key/value parameters": those are left over then, so that the scope is not exhausted.
  mutating func take(_ name: String, isPositional: Bool = false) -> [String]? {
    if isPositional, let positional {
      self.positional = nil
      return [positional]
    }
    guard let index = parameters.firstIndex(where: { $0.name == name }) else { return nil }
    return parameters.remove(at: index).values
  }

  /// The same for a parameter that is not an array. Returns an empty text if it has several values,
  /// which no parameter allows.
  mutating func takeOne(_ name: String, isPositional: Bool = false) -> String? {
    take(name, isPositional: isPositional).map { $0.count == 1 ? $0[0] : "" }
  }

  /// Whether every part has been taken. Parts that are left over are unknown, and make the scope
  /// meaningless.
  var isExhausted: Bool { positional == nil && parameters.isEmpty }

  private static func decoded(_ text: Substring) -> String? {
    guard text.utf8.contains(UInt8(ascii: "%")) else { return String(text) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count)
    var rest = text.utf8.makeIterator()
    while let byte = rest.next() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard let high = rest.next()?.hexValue, let low = rest.next()?.hexValue else { return nil }
      bytes.append(high << 4 | low)
    }
    return String(validating: bytes, as: UTF8.self)
  }
}

extension ScopeSyntax {
  /// The canonical text of a permission: the first parameter positional if it has one value, and
  /// only the characters percent-encoded that need it.
  static func text(_ resource: String, _ parameters: (name: String, values: [String])...) -> String
  {
    var text = resource
    var separator = "?"
    for (index, parameter) in parameters.enumerated() {
      if index == 0, parameter.values.count == 1 {
        text += ":" + encoded(parameter.values[0])
        continue
      }
      for value in parameter.values {
        text += separator + parameter.name + "=" + encoded(value)
        separator = "&"
      }
    }
    return text
  }

  private static func encoded(_ text: String) -> String {
    var bytes: [UInt8] = []
    for part in text.unicodeScalars {
      switch part {
      // Not a plus sign: some servers read a parameter as a form, where it is a space.
      case ":", "/", "*", ",", "@": bytes.append(UInt8(ascii: part))
      default: PercentEncoding.append(String(part), to: &bytes)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
