public import ATProtoHTTP
public import ATProtoSyntax

/// Parses the values of settings. Errors say what is expected and never contain the value.
public enum SettingValue {
  /// A decimal number within `range`.
  public static func number(
    _ text: String,
    _ range: ClosedRange<Int>
  ) throws(ServiceError) -> Int {
    guard let number = Int(text), range.contains(number) else {
      throw invalid("expected a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  /// 0 stands for any free port.
  public static func port(_ text: String) throws(ServiceError) -> Int {
    try number(text, 0...65_535)
  }

  /// `true`, `1`, `yes` or `on`, or `false`, `0`, `no` or `off`, in any case.
  public static func flag(_ text: String) throws(ServiceError) -> Bool {
    switch text.lowercased() {
    case "true", "1", "yes", "on": true
    case "false", "0", "no", "off": false
    default: throw invalid("expected true or false")
    }
  }

  /// Scheme, host and port.
  public static func baseURL(_ text: String) throws(ServiceError) -> HTTPURL {
    guard let url = HTTPURL(text), url.target == "/" else {
      throw invalid("expected an HTTP URL with a host, optionally a port, and no path")
    }
    return url
  }

  /// A DID of any method.
  public static func did(_ text: String) throws(ServiceError) -> DID {
    guard let did = try? DID(text) else { throw invalid("expected a DID") }
    return did
  }

  /// A URL of a web page, as it is.
  public static func link(_ text: String) throws(ServiceError) -> String {
    guard let uri = try? URIString(text), uri.string.hasPrefix("http") else {
      throw invalid("expected a link that begins with http")
    }
    return text
  }

  /// The values of a list setting, separated by commas or spaces.
  public static func list(_ text: String) -> [String] {
    text.split { $0 == "," || $0 == " " }.map(String.init)
  }

  /// The error for a malformed value; the caller adds the setting's name.
  public static func invalid(_ reason: String) -> ServiceError {
    ServiceError(.configuration, reason)
  }
}
