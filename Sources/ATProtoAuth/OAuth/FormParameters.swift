import ATProtoData
import ATProtoSyntax

/// The parameters of a request to an OAuth endpoint: a form, a query, or a JSON object of strings.
///
/// "Parameters sent without a value MUST be treated as if they were omitted", and "request and
/// response parameters MUST NOT be included more than once" (RFC 6749, 3.1 and 3.2).
public struct FormParameters: Hashable, Sendable {
  /// The size of the largest body or query that is read, in bytes.
  public static let maximumLength = 128 << 10
  /// The most parameters.
  public static let maximumCount = 100
  /// The longest value, in bytes.
  public static let maximumValueLength = 32 << 10

  private var values: [String: String] = [:]

  /// Creates parameters, for example of a request that is about to be sent. Those without a value
  /// are left out.
  public init(_ values: [String: String] = [:]) {
    self.values = values.filter { !$0.value.isEmpty }
  }

  /// Reads a body. Throws ``OAuthError/Code/invalidRequest`` if it is neither a form nor a JSON
  /// object of strings, too large, or not UTF-8, or if a parameter is repeated.
  ///
  /// - Parameter contentType: the field `Content-Type`; its parameters do not matter.
  public init(_ body: [UInt8], contentType: String?) throws(OAuthError) {
    switch contentType.flatMap(MediaType.normalized) {
    case "application/x-www-form-urlencoded": try self.init(form: body)
    // RFC 9126 asks for forms; the reference implementation also accepts JSON, and clients send it.
    case "application/json": try self.init(json: body)
    default:
      throw OAuthError(
        .invalidRequest,
        "the content type must be application/x-www-form-urlencoded"
      )
    }
  }

  /// Reads `application/x-www-form-urlencoded` (URL standard, 5.1), the content of a body or what
  /// follows the `?` of a URL. Throws ``OAuthError/Code/invalidRequest``.
  public init(form: [UInt8]) throws(OAuthError) {
    try Self.check(length: form.count)
    guard let text = String(validating: form, as: UTF8.self) else { throw .notUTF8 }
    var names: Set<String> = []
    for pair in text.utf8.split(separator: UInt8(ascii: "&")) {
      let end = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
      let name = try Self.decoded(pair[..<end])
      let value = end == pair.endIndex ? "" : try Self.decoded(pair[pair.index(after: end)...])
      try add(name, value, &names)
    }
  }

  /// Reads a query. Throws ``OAuthError/Code/invalidRequest``.
  public init(query: String) throws(OAuthError) {
    try self.init(form: [UInt8](query.utf8))
  }

  /// Reads a JSON object of strings, numbers and booleans. Throws
  /// ``OAuthError/Code/invalidRequest``.
  public init(json: [UInt8]) throws(OAuthError) {
    try Self.check(length: json.count)
    let value: JSONValue
    do throws(DataError) {
      value = try JSONValue(json: json, limits: Self.limits)
    } catch {
      throw OAuthError(.invalidRequest, "the body is not a valid JSON object: \(error)")
    }
    guard case .object(let members) = value else {
      throw OAuthError(.invalidRequest, "the body is not a JSON object")
    }
    var names: Set<String> = []
    for (name, value) in members {
      switch value {
      case .string(let text): try add(name, text, &names)
      case .integer(let number): try add(name, String(number), &names)
      case .boolean(let flag): try add(name, String(flag), &names)
      case .null: try add(name, "", &names)
      case .fraction, .array, .object:
        throw OAuthError(.invalidRequest, "parameter '\(name.prefix(50))' must be a string")
      }
    }
  }

  /// The value of a parameter; nil if it is absent or empty.
  public subscript(name: String) -> String? { values[name] }

  /// The value of a parameter. Throws ``OAuthError/Code/invalidRequest`` if it is absent or empty.
  public func required(_ name: String) throws(OAuthError) -> String {
    guard let value = values[name] else {
      throw OAuthError(.invalidRequest, "parameter '\(name)' is missing")
    }
    return value
  }

  /// The names of the parameters that have a value, in lexicographic order.
  public var names: [String] { values.keys.sorted() }

  /// The parameters as `application/x-www-form-urlencoded`, in lexicographic order of names.
  public var form: [UInt8] {
    var bytes: [UInt8] = []
    for (name, value) in values.sorted(by: { $0.key < $1.key }) {
      if !bytes.isEmpty { bytes.append(UInt8(ascii: "&")) }
      PercentEncoding.append(name, to: &bytes)
      bytes.append(UInt8(ascii: "="))
      PercentEncoding.append(value, to: &bytes)
    }
    return bytes
  }

  private mutating func add(
    _ name: String,
    _ value: String,
    _ names: inout Set<String>
  ) throws(OAuthError) {
    guard names.insert(name).inserted else {
      throw OAuthError(.invalidRequest, "parameter '\(name.prefix(50))' is repeated")
    }
    guard names.count <= Self.maximumCount else {
      throw OAuthError(.invalidRequest, "the request has more than \(Self.maximumCount) parameters")
    }
    guard value.utf8.count <= Self.maximumValueLength else {
      throw OAuthError(.invalidRequest, "parameter '\(name.prefix(50))' is too long")
    }
    if !value.isEmpty { values[name] = value }
  }

  private static func check(length: Int) throws(OAuthError) {
    guard length <= maximumLength else {
      throw OAuthError(.invalidRequest, "the request is longer than \(maximumLength) bytes")
    }
  }

  private static func decoded(_ text: Substring.UTF8View) throws(OAuthError) -> String {
    guard let bytes = PercentEncoding.decodeForm(text),
      let string = String(validating: bytes, as: UTF8.self)
    else { throw .notUTF8 }
    return string
  }

  private static let limits = DataLimits(
    inputSize: maximumLength,
    depth: 8,
    elements: maximumCount + 1,
    stringLength: maximumLength,
    keyLength: 4096
  )
}

extension OAuthError {
  fileprivate static var notUTF8: OAuthError {
    OAuthError(.invalidRequest, "the parameters are not percent-encoded UTF-8")
  }
}
