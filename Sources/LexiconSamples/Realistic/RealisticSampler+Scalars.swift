import ATProtoData
import ATProtoSyntax
import Lexicon

extension RealisticSampler {
  mutating func boolean(_ name: String) -> Bool {
    let usual: Set<String> = [
      "active", "activated", "available", "enabled", "emailConfirmed", "success", "valid",
      "isValid", "handleIsCorrect", "validDid",
    ]
    return usual.contains(name) || sampler.random.oneIn(6)
  }

  mutating func integer(_ integer: IntegerSchema, _ name: String) -> Int? {
    if let const = integer.const { return const }
    guard let range = integer.allowed else { return nil }
    if let values = integer.enum { return sampler.random.pick(values.filter(range.contains)) }
    let usual =
      switch name.lowercased() {
      case let name where name.hasSuffix("count") || name.hasSuffix("total"):
        sampler.random.below(sampler.random.oneIn(4) ? 2_000 : 120)
      case "width": 1_600
      case "height": 1_200
      case let name where name.contains("size"): 20_000 + sampler.random.below(400_000)
      case let name where name.contains("limit"): 100
      default: 1 + sampler.random.below(60)
      }
    return min(max(usual, range.lowerBound), range.upperBound)
  }

  mutating func blob(_ schema: BlobSchema) -> DataValue? {
    let most = schema.maxSize ?? 1 << 20
    guard most >= 1 else { return nil }
    let usual = ["image/jpeg", "image/png", "video/mp4", "text/vtt", "application/octet-stream"]
    let type = usual.first { type in
      schema.accept?.contains { pattern in
        pattern == "*/*" || pattern == type
          || pattern.hasSuffix("/*") && type.hasPrefix(pattern.dropLast())
      } ?? true
    }
    guard let type = type ?? schema.mimeTypes.first else { return nil }
    return sampler.blob(type, size: min(most, 20_000 + sampler.random.below(600_000)))
  }

  // MARK: Strings

  mutating func text(_ schema: StringSchema, _ name: String) -> String? {
    let constraints = TextConstraints(schema)
    if let const = constraints.const { return constraints.accepts(const) ? const : nil }
    if let given = scene.given[name], constraints.accepts(given) {
      scene.given[name] = nil
      return given
    }
    if let values = constraints.values {
      return sampler.random.pick(values.filter(constraints.accepts))
    }
    if let known = sampler.random.pick(constraints.known), constraints.accepts(known) {
      return known
    }
    let text = schema.format.map { formatted($0, name) } ?? sentence(name)
    if constraints.accepts(text) { return text }
    if schema.format == nil, let fitted = fitted(text, constraints) { return fitted }
    return constraints.value(&sampler)
  }

  /// The text cut or repeated to satisfy limits of its length.
  private func fitted(_ text: String, _ constraints: TextConstraints) -> String? {
    var text = text
    let least = max(constraints.length.minimum ?? 0, constraints.graphemes.minimum ?? 0)
    guard least <= sampler.limits.length else { return nil }
    while text.utf8.count < least { text += " " + text }
    let most = min(constraints.length.maximum ?? .max, constraints.graphemes.maximum ?? .max)
    // The texts are ASCII.
    text = String(text.prefix(max(most, 0)))
    return constraints.accepts(text) ? text : nil
  }

  private mutating func formatted(_ format: StringSchema.Format, _ name: String) -> String {
    switch format {
    case .did: return identity(name).did
    case .handle: return identity(name).handle
    case .atIdentifier: return identity(name).did
    case .atURI: return uri(name)
    case .cid: return sampler.link(.dagCBOR).string
    case .datetime: return timestamp(name)
    case .language: return "en"
    case .nsid: return collection ?? collections.first ?? "com.example.note"
    case .recordKey, .tid: return recordKey()
    case .uri: return link(name)
    case .spaceRef: return "at://\(person.did)/space/com.example.forum/self"
    }
  }

  /// The person of the object, or another one where a property names another.
  private mutating func identity(_ name: String) -> Person {
    let own: Set<String> = ["did", "handle", "repo", "actor", "author", "creator", "account"]
    if own.contains(name) { return person }
    return Person(sampler.random.below(Person.castSize) + scene.position)
  }

  private mutating func uri(_ name: String) -> String {
    if name == "uri" {
      let collection = collection ?? collections.first ?? "com.example.note"
      return "at://\(person.did)/\(collection)/\(key(in: collection))"
    }
    let words = name.lowercased()
    let named = collections.first { collection in
      let last = collection.split(separator: ".").last?.lowercased() ?? ""
      return last.utf8.count > 2 && words.hasPrefix(last)
    }
    let collection = named ?? self.collection ?? collections.first ?? "com.example.note"
    let other = Person(sampler.random.below(Person.castSize) + scene.position)
    return "at://\(other.did)/\(collection)/\(key(in: collection))"
  }

  /// A record key that is legal in a collection.
  private mutating func key(in collection: String) -> String {
    guard case .record(let record)? = sampler.catalog[collection]?[definition: "main"]?.kind
    else { return recordKey() }
    switch record.key.value {
    case .literal(let key): return key
    case .nsid: return "com.example.note"
    case .tid, .any: return recordKey()
    }
  }

  private mutating func recordKey() -> String {
    let fraction = sampler.random.below(1_000_000)
    let moment = UInt64(time) * 1_000_000 + UInt64(fraction)
    let clock = UInt16(sampler.random.below(1_024))
    return TID(microseconds: moment, clockIdentifier: clock)?.string ?? "3jzfcijpj2z2a"
  }

  private func timestamp(_ name: String) -> String {
    let name = name.lowercased()
    let later =
      switch name {
      case let name where name.hasPrefix("exp"): 90 * 86_400
      case let name where name.hasPrefix("updated") || name.hasPrefix("edited"): 3_600
      case let name where name.hasPrefix("indexed") || name.hasPrefix("time"): 2
      default: 0
      }
    return Self.timestamp(time + later)
  }

  static func timestamp(_ seconds: Int) -> String {
    // Days since 1970 as a date (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
    let days = seconds / 86_400 + 719_468
    let era = days / 146_097
    let dayOfEra = days % 146_097
    let year = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * year + year / 4 - year / 100)
    let month = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * month + 2) / 5 + 1
    let calendarMonth = month < 10 ? month + 3 : month - 9
    let calendarYear = year + era * 400 + (calendarMonth <= 2 ? 1 : 0)
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let clock = seconds % 86_400
    return "\(calendarYear)-\(two(calendarMonth))-\(two(day))T\(two(clock / 3_600))"
      + ":\(two(clock / 60 % 60)):\(two(clock % 60)).000Z"
  }

  private mutating func link(_ name: String) -> String {
    let images: Set<String> = [
      "avatar", "banner", "thumb", "thumbnail", "fullsize", "image", "icon", "logo",
    ]
    if images.contains(name) {
      return "https://cdn.example.com/\(name)/\(person.did)/\(sampler.link(.raw).string)"
    }
    if name == "did" || name.hasSuffix("Did") { return person.did }
    if ["uri", "subject"].contains(name), collection != nil { return uri("uri") }
    let word = phrase(Phrases.words)
    return "https://\(person.handle)/\(word)/\(1 + sampler.random.below(90))"
  }

  private mutating func phrase(_ phrases: [String]) -> String {
    phrases[(sampler.random.below(phrases.count) + scene.position) % phrases.count]
  }

  private mutating func sentence(_ name: String) -> String {
    switch name.lowercased() {
    case "displayname", "fullname", "author": return person.name
    case let name where name.hasSuffix("displayname"): return person.name
    case "name", "title", "subject": return phrase(Phrases.titles)
    case "description", "bio", "detail": return phrase(Phrases.descriptions)
    case "alt": return phrase(Phrases.alternatives)
    case "email": return "\(person.handle.prefix { $0 != "." })@example.com"
    case "lang", "language", "languages", "langs": return "en"
    case "mimetype", "contenttype": return "image/jpeg"
    case "rev", "since": return recordKey()
    case "src", "did": return person.did
    case "handle", "identifier": return person.handle
    case "host", "hostname", "domain", "service": return "pds.example.com"
    case "status", "val", "type", "kind", "tag", "tags", "keyword", "category":
      return phrase(Phrases.words)
    case "pronouns": return "they/them"
    case "version": return "1.4.\(sampler.random.below(20))"
    case let name where name.hasSuffix("key"): return "did:key:zQ3sh" + token(44)
    case let name where name.hasSuffix("jwt") || name.hasSuffix("token"):
      return "eyJ0eXAiOiJKV1QifQ.\(token(40)).\(token(43))"
    case let name where name.hasSuffix("code") || name.hasSuffix("password"):
      return "\(token(5))-\(token(5))"
    case let name where name.hasSuffix("id"): return token(13)
    default: return phrase(Phrases.posts)
    }
  }

  private mutating func token(_ length: Int) -> String {
    let alphabet = Array("abcdefghijkmnopqrstuvwxyz23456789")
    return String((0..<length).map { _ in alphabet[sampler.random.below(alphabet.count)] })
  }
}
