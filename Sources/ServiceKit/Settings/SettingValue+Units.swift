extension SettingValue {
  /// A duration with units, from days to milliseconds: `72h`, `5m`, `90s`, `1h30m`, `500ms`.
  public static func duration(_ text: String) throws(ServiceError) -> Duration {
    let units: [(name: String, milliseconds: Int)] = [
      ("ms", 1), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000),
    ]
    var rest = text[...]
    var total = 0
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      let tail = rest[digits.endIndex...]
      // No unit is the beginning of another one, except `m` of `ms`, which comes first.
      guard digits.count <= 9, let number = Int(digits),
        let unit = units.first(where: { tail.hasPrefix($0.name) })
      else { throw invalidDuration }
      total += number * unit.milliseconds
      guard total <= maximumMilliseconds else { throw invalidDuration }
      rest = tail.dropFirst(unit.name.count)
    }
    guard !text.isEmpty else { throw invalidDuration }
    return .milliseconds(total)
  }

  /// A century. Longer durations are mistakes.
  private static let maximumMilliseconds = 36_525 * 86_400_000

  private static let invalidDuration = invalid("expected a duration such as 72h, 1h30m, or 90s")

  /// A number of bytes with a unit of powers of 1,000 or 1,024: `512MB`, `1GiB`; nil if there is no
  /// unit.
  public static func bytes(_ text: String) throws(ServiceError) -> Int? {
    let units = [
      "B": 1, "KB": 1000, "MB": 1_000_000, "GB": 1_000_000_000, "TB": 1_000_000_000_000,
      "KIB": 1 << 10, "MIB": 1 << 20, "GIB": 1 << 30, "TIB": 1 << 40,
    ]
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let unit = text[digits.endIndex...].uppercased()
    guard digits.count == text.count || units[unit] != nil, digits.count <= 10,
      let number = Int(digits)
    else { throw invalid("expected a number, or a size such as 512MB") }
    return units[unit].map { number * $0 }
  }

  /// A host and a port: `127.0.0.1:2470`, `[::1]:0`, or `:2470` for all IPv4 addresses of this host.
  public static func bind(
    _ text: String,
    setting: String
  ) throws(ServiceError) -> ListenAddress {
    guard let colon = text.lastIndex(of: ":"),
      let port = UInt16(text[text.index(after: colon)...])
    else { throw invalidBind }
    var host = String(text[..<colon])
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = String(host.dropFirst().dropLast())
    } else if host.contains(":") {
      throw invalidBind
    }
    return ListenAddress(
      host: host.isEmpty ? "0.0.0.0" : host,
      port: Int(port),
      hostSetting: setting,
      portSetting: setting
    )
  }

  private static let invalidBind = invalid(
    "expected an address and a port, such as :2470, 127.0.0.1:0, or [::1]:2470"
  )

  /// A number from 0 to 1: `0.8`.
  public static func fraction(_ text: String) throws(ServiceError) -> Double {
    guard let number = Double(text), (0...1).contains(number) else {
      throw invalid("expected a number from 0 to 1")
    }
    return number
  }
}
