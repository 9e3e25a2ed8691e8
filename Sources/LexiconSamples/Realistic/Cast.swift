import ATProtoSyntax

/// A person in realistic samples: DID, handle, and name belong together in every sample.
package struct Person: Hashable, Sendable {
  /// The DID.
  package let did: String
  /// The handle.
  package let handle: String
  /// The name that a profile shows.
  package let name: String

  /// The person with a number, which may be any; the cast repeats itself after ``castSize`` people.
  package init(_ number: Int) {
    let position = ((number % Self.castSize) + Self.castSize) % Self.castSize
    name = "\(Self.firstNames[position]) \(Self.lastNames[position])"
    handle =
      "\(Self.firstNames[position]).\(Self.lastNames[position]).example.com".lowercased()
    did = "did:plc:" + Self.identifier(of: handle)
  }

  private init(did: String, handle: String) {
    self.did = did
    self.handle = handle
    let label = handle.prefix { $0 != "." }
    name = label.prefix(1).uppercased() + label.dropFirst()
  }

  /// The number of people in the cast.
  package static let castSize = firstNames.count

  /// The person with an identifier, in or outside of the cast; nil if it is not a handle or a DID.
  ///
  /// The DID of a handle outside of the cast is a `did:web` with the handle as its host name. The
  /// handle of a DID outside of the cast contains the DID, so each leads back to the other.
  package init?(identifier: String) {
    let isDID = identifier.hasPrefix("did:")
    let handle = identifier.lowercased()
    let known = (0..<Self.castSize).lazy.map(Person.init).first {
      isDID ? $0.did == identifier : $0.handle == handle
    }
    if let known {
      self = known
    } else if isDID {
      guard (try? DID(identifier)) != nil else { return nil }
      self.init(did: identifier, handle: Self.handle(of: identifier))
    } else {
      guard (try? Handle(identifier)) != nil else { return nil }
      let label = handle.prefix { $0 != "." }
      let plc = "did:plc:\(label)"
      let isDerived = Self.handle(of: plc) == handle && (try? DID(plc)) != nil
      self.init(did: isDerived ? plc : "did:web:\(handle)", handle: handle)
    }
  }

  private static func handle(of did: String) -> String {
    let value = did.split(separator: ":").last.map(String.init) ?? ""
    if did.hasPrefix("did:web:"), (try? Handle(value)) != nil { return value.lowercased() }
    let handle = "\(value).plc.example.com"
    if did.hasPrefix("did:plc:"), (try? Handle(handle)) != nil { return handle.lowercased() }
    return "\(identifier(of: did)).other.example.com"
  }

  /// 24 characters of base32, as in a did:plc.
  private static func identifier(of text: String) -> String {
    var random = SeededGenerator(seed: text.stableHash)
    let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567")
    return String((0..<24).map { _ in alphabet[random.below(32)] })
  }

  private static let firstNames = [
    "Mara", "Tomas", "Aiko", "Samuel", "Priya", "Jonas", "Lucia", "Kwame", "Ingrid", "Diego",
    "Hana", "Elias", "Nadia", "Oscar", "Yuki", "Clara", "Ravi", "Freya", "Mateo", "Amina", "Leo",
    "Sofia", "Noah", "Zara", "Emil", "Ines", "Theo", "Maya", "Hugo", "Leila", "Anton", "Rosa",
    "Felix", "Noor", "Simon", "Vera", "Jamal", "Edith", "Pablo", "Greta",
  ]
  private static let lastNames = [
    "Lindqvist", "Novak", "Tanaka", "Okafor", "Raman", "Weber", "Ferreira", "Mensah", "Dahl",
    "Morales", "Kim", "Berg", "Haddad", "Lund", "Sato", "Moreau", "Iyer", "Olsen", "Vega", "Diallo",
    "Rossi", "Petrov", "Clarke", "Malik", "Holm", "Costa", "Laurent", "Shah", "Keller", "Aziz",
    "Kowalski", "Bianchi", "Graham", "Bakker", "Frost", "Ivanova", "Carter", "Wolff", "Ortega",
    "Hansen",
  ]
}

extension String {
  /// A hash that is the same in every process (FNV-1a, 64 bits).
  package var stableHash: UInt64 {
    utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
  }
}
