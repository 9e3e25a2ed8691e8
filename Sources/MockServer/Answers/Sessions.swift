import ATProtoData
import Foundation
import LexiconSamples
import XRPCServer

/// Sessions without a memory: a token says whose it is.
struct Sessions: Sendable {
  private static let accessLifetime = 7_200
  private static let refreshLifetime = 60 * 86_400

  /// Methods that are called before there is a session.
  static let open: Set<String> = [
    "com.atproto.server.createSession", "com.atproto.server.createAccount",
    "com.atproto.server.describeServer", "com.atproto.identity.resolveHandle",
  ]

  let did: String

  /// The answer of a method that is about sessions; nil for any other method.
  func answer(_ call: MockCall) throws(XRPCServerError) -> DataValue? {
    switch call.nsid {
    case "com.atproto.server.createSession":
      let identifier = call.text("identifier") ?? ""
      guard call.text("password") != "", let person = Self.person(identifier) else {
        throw .authenticationRequired("Invalid identifier or password")
      }
      return tokens(of: person)
    case "com.atproto.server.createAccount":
      let handle = call.text("handle") ?? ""
      guard let person = Person(identifier: handle) else {
        throw .invalidRequest("handle: not a valid handle")
      }
      return tokens(of: person, isNew: true)
    case "com.atproto.server.refreshSession": return tokens(of: try caller(call))
    case "com.atproto.server.getSession": return session(of: try caller(call))
    default: return nil
    }
  }

  /// Whose token the call has.
  func caller(_ call: MockCall) throws(XRPCServerError) -> Person {
    guard let token = call.token else { throw .authenticationRequired() }
    guard let person = Self.person(ofToken: token) else {
      throw .authenticationRequired("Token is not valid", name: "InvalidToken")
    }
    return person
  }

  /// Whose token it is; nil for tokens that this server did not make.
  static func person(ofToken token: String) -> Person? {
    let parts = token.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3 else { return nil }
    var text = String(parts[1]).replacing("-", with: "+").replacing("_", with: "/")
    text += String(repeating: "=", count: (4 - text.count % 4) % 4)
    guard let bytes = Data(base64Encoded: text), let claims = try? DataValue(json: Array(bytes)),
      let subject = claims["sub"]?.string
    else { return nil }
    return Person(identifier: subject)
  }

  /// An email address belongs to the person whose handle begins like it.
  private static func person(_ identifier: String) -> Person? {
    if let person = Person(identifier: identifier) { return person }
    let name = identifier.lowercased().prefix { $0 != "@" }
    guard identifier.contains("@") else { return nil }
    let known = (0..<Person.castSize).lazy.map(Person.init).first {
      $0.handle.hasPrefix("\(name).")
    }
    let label = name.filter { $0.isASCII && ($0.isLetter || $0.isNumber) }
    return known ?? Person(identifier: "\(label.isEmpty ? "someone" : label).example.com")
  }

  private func session(of person: Person) -> DataValue {
    [
      "did": .string(person.did),
      "handle": .string(person.handle),
      "email": .string("\(person.handle.prefix { $0 != "." })@example.com"),
      "emailConfirmed": true,
      "active": true,
    ]
  }

  private func tokens(of person: Person, isNew: Bool = false) -> DataValue {
    var value: DataValue =
      isNew
      ? ["did": .string(person.did), "handle": .string(person.handle)] : session(of: person)
    let access = token(person, scope: "com.atproto.access", lifetime: Self.accessLifetime)
    let refresh = token(person, scope: "com.atproto.refresh", lifetime: Self.refreshLifetime)
    value["accessJwt"] = .string(access)
    value["refreshJwt"] = .string(refresh)
    return value
  }

  /// A JWT whose signature means nothing.
  private func token(_ person: Person, scope: String, lifetime: Int) -> String {
    let now = Int(Date().timeIntervalSince1970)
    let header: DataValue = ["typ": "at+jwt", "alg": "HS256"]
    let claims: DataValue = [
      "scope": .string(scope), "sub": .string(person.did), "aud": .string(did),
      "iat": .integer(now), "exp": .integer(now + lifetime),
    ]
    let signed = [header, claims].map { Self.base64URL($0.jsonBytes()) }.joined(separator: ".")
    var random = SeededGenerator(seed: signed.stableHash)
    let signature = (0..<32).map { _ in UInt8.random(in: 0...255, using: &random) }
    return "\(signed).\(Self.base64URL(signature))"
  }

  private static func base64URL(_ bytes: [UInt8]) -> String {
    Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
      .replacing("=", with: "")
  }
}
