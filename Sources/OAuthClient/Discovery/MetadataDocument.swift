import ATProtoData
import ATProtoHTTP

/// A JSON object that a server publishes about itself. Unknown members are ignored.
struct MetadataDocument: Sendable {
  let url: HTTPURL
  private let members: [String: JSONValue]

  /// The longest document that is read, in bytes.
  static let maximumBytes = 128 << 10

  private static let limits = DataLimits(
    inputSize: maximumBytes,
    depth: 16,
    elements: 4096,
    stringLength: maximumBytes,
    keyLength: 1024
  )

  init(json: [UInt8], from url: HTTPURL) throws(OAuthClientError) {
    self.url = url
    let value: JSONValue
    do throws(DataError) {
      value = try JSONValue(json: json, limits: Self.limits)
    } catch {
      throw OAuthClientError(.metadata, "\(url) is not valid JSON: \(error)")
    }
    guard case .object(let members) = value else {
      throw OAuthClientError(.metadata, "\(url) is not a JSON object")
    }
    self.members = members
  }

  func contains(_ name: String) -> Bool { members[name] != nil }

  func text(_ name: String) throws(OAuthClientError) -> String {
    guard let text = members[name]?.string else { throw invalid(name, "a string") }
    return text
  }

  func texts(_ name: String) throws(OAuthClientError) -> [String] {
    guard case .array(let elements) = members[name] else {
      throw invalid(name, "an array of strings")
    }
    var texts: [String] = []
    for element in elements {
      guard let text = element.string else { throw invalid(name, "an array of strings") }
      texts.append(text)
    }
    return texts
  }

  /// A boolean; nil if the document does not have it.
  func flag(_ name: String) throws(OAuthClientError) -> Bool? {
    switch members[name] {
    case nil: return nil
    case .boolean(let flag): return flag
    default: throw invalid(name, "true or false")
    }
  }

  /// A URL that may be called: https, or http in development.
  func url(_ name: String, allowsHTTP: Bool) throws(OAuthClientError) -> HTTPURL {
    guard let url = HTTPURL(try text(name)), url.scheme == "https" || allowsHTTP else {
      throw invalid(name, "an https URL")
    }
    return url
  }

  func requires(_ value: String, in name: String) throws(OAuthClientError) {
    guard try texts(name).contains(value) else { throw invalid(name, "an array with \(value)") }
  }

  func requiresTrue(_ name: String) throws(OAuthClientError) {
    guard try flag(name) == true else { throw invalid(name, "true") }
  }

  func invalid(_ name: String, _ expected: String) -> OAuthClientError {
    let problem = contains(name) ? "is not \(expected)" : "is missing; it must be \(expected)"
    return OAuthClientError(.metadata, "\(url) is not valid: '\(name)' \(problem)")
  }
}
