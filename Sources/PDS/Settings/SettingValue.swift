import ATProtoCrypto
import ATProtoHTTP
import ATProtoSyntax
import XRPC

/// Reads the values of settings.
enum SettingValue {
  static func number(_ text: String, _ range: ClosedRange<Int>) throws(PDSError) -> Int {
    guard let number = Int(text), range.contains(number) else {
      throw fault("a number from \(range.lowerBound) to \(range.upperBound) is expected")
    }
    return number
  }

  static func flag(_ text: String) throws(PDSError) -> Bool {
    switch text.lowercased() {
    case "true", "1", "yes", "on": true
    case "false", "0", "no", "off": false
    default: throw fault("true or false is expected")
    }
  }

  /// Scheme, host and port.
  static func url(_ text: String) throws(PDSError) -> HTTPURL {
    guard let url = HTTPURL(text), url.target == "/" else {
      throw fault("a URL of HTTP is expected: a host, perhaps a port, and no path")
    }
    return url
  }

  static func did(_ text: String) throws(PDSError) -> DID {
    guard let did = try? DID(text) else { throw fault("a DID is expected") }
    return did
  }

  static func link(_ text: String) throws(PDSError) -> String {
    guard let uri = try? URIString(text), uri.string.hasPrefix("http") else {
      throw fault("a link is expected")
    }
    return text
  }

  static func list(_ text: String) -> [String] {
    text.split { $0 == "," || $0 == " " }.map(String.init)
  }

  static func privateKey(hex text: String) throws(PDSError) -> PrivateKey {
    guard let bytes = Hex.decode(text),
      let key = try? PrivateKey(curve: .k256, rawRepresentation: bytes)
    else {
      throw fault("64 hexadecimal digits of a K-256 key are expected")
    }
    return key
  }

  static func fault(_ reason: String) -> PDSError {
    PDSError(.configuration, reason)
  }
}
