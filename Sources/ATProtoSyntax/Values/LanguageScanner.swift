/// Reads the grammar above ``Language``, one subtag at a time.
struct LanguageScanner {
  /// The current subtag; empty at the end of the text.
  private var subtag = 0..<0

  mutating func scan(_ text: Span<UInt8>) throws(Fault) {
    guard text.count <= Language.maximumLength else { throw .tooLong(Language.maximumLength) }
    guard text.count > 0 else { throw Fault(.incomplete, at: 0, "is empty") }
    try read(text, from: 0)
    if isSingleton(text, "x") {
      return try privateUse(text)
    }
    if isSingleton(text, "i") {
      guard isIrregular(text) else {
        throw Fault(.segment, at: 0, "not one of the grandfathered tags in i-")
      }
      return
    }
    guard 2...3 ~= subtag.count, all(text, { $0.isLowercase }) else {
      throw Fault(.segment, at: 0, "the language is not two or three lower-case letters")
    }
    if isIrregular(text) { return }
    try advance(text)

    var extended = 0
    while extended < 3, subtag.count == 3, all(text, { $0.isLetter }) {
      extended += 1
      try advance(text)
    }
    if subtag.count == 4, all(text, { $0.isLetter }) {
      try advance(text)
    }
    if subtag.count == 2 && all(text, { $0.isLetter })
      || subtag.count == 3 && all(text, { $0.isDigit })
    {
      try advance(text)
    }
    try variants(text)
    try extensions(text)
    if isSingleton(text, "x") {
      return try privateUse(text)
    }
    guard subtag.isEmpty else {
      throw Fault(.segment, at: subtag.lowerBound, "this subtag cannot stand here")
    }
  }

  private mutating func variants(_ text: Span<UInt8>) throws(Fault) {
    let first = subtag.lowerBound
    while 5...8 ~= subtag.count || subtag.count == 4 && text[subtag.lowerBound].isDigit {
      // Within 128 bytes, there are at most 25 variants to compare with.
      var other = first
      while other < subtag.lowerBound {
        let end = Self.end(text, from: other)
        if Self.same(text, other..<end, subtag) {
          throw Fault(.duplicate, at: subtag.lowerBound, "a variant comes twice")
        }
        other = end + 1
      }
      try advance(text)
    }
  }

  private mutating func extensions(_ text: Span<UInt8>) throws(Fault) {
    var seen: UInt64 = 0
    while subtag.count == 1, !isSingleton(text, "x") {
      let singleton = text[subtag.lowerBound].lowercase
      let bit: UInt64 = 1 << UInt64(singleton & 63)
      guard seen & bit == 0 else {
        throw Fault(.duplicate, at: subtag.lowerBound, "an extension comes twice")
      }
      seen |= bit
      let end = subtag.upperBound
      try advance(text)
      guard subtag.count >= 2 else {
        throw Fault(.incomplete, at: end, "the extension has no subtag of two to eight characters")
      }
      while subtag.count >= 2 {
        try advance(text)
      }
    }
  }

  private mutating func privateUse(_ text: Span<UInt8>) throws(Fault) {
    let end = subtag.upperBound
    try advance(text)
    guard !subtag.isEmpty else {
      throw Fault(.incomplete, at: end, "no private use subtag follows \"x\"")
    }
    while !subtag.isEmpty {
      try advance(text)
    }
  }

  /// Moves to the next subtag.
  private mutating func advance(_ text: Span<UInt8>) throws(Fault) {
    let end = subtag.upperBound
    guard end < text.count else {
      subtag = end..<end
      return
    }
    try read(text, from: end + 1)
  }

  /// Every subtag has one to eight letters and digits.
  private mutating func read(_ text: Span<UInt8>, from start: Int) throws(Fault) {
    let end = Self.end(text, from: start)
    var index = start
    while index < end {
      guard text[index].isAlphanumeric else {
        throw .character(text[index], at: index, in: "a language tag")
      }
      index += 1
    }
    guard 1...8 ~= end - start else {
      throw Fault(.segment, at: start, "a subtag is empty or longer than eight characters")
    }
    subtag = start..<end
  }

  private func all(_ text: Span<UInt8>, _ predicate: (UInt8) -> Bool) -> Bool {
    for index in subtag where !predicate(text[index]) {
      return false
    }
    return true
  }

  private func isSingleton(_ text: Span<UInt8>, _ character: Unicode.Scalar) -> Bool {
    subtag.count == 1 && text[subtag.lowerBound].lowercase == UInt8(ascii: character)
  }

  private static func end(_ text: Span<UInt8>, from start: Int) -> Int {
    var index = start
    while index < text.count, text[index] != UInt8(ascii: "-") {
      index += 1
    }
    return index
  }

  private static func same(_ text: Span<UInt8>, _ first: Range<Int>, _ second: Range<Int>) -> Bool {
    guard first.count == second.count else { return false }
    for offset in 0..<first.count
    where text[first.lowerBound + offset].lowercase != text[second.lowerBound + offset].lowercase {
      return false
    }
    return true
  }

  /// RFC 5646, 2.2.8: the registered tags that the grammar does not make. It never grows.
  private static let irregular: [StaticString] = [
    "en-gb-oed", "i-ami", "i-bnn", "i-default", "i-enochian", "i-hak", "i-klingon", "i-lux",
    "i-mingo", "i-navajo", "i-pwn", "i-tao", "i-tay", "i-tsu", "sgn-be-fr", "sgn-be-nl",
    "sgn-ch-de",
  ]

  private func isIrregular(_ text: Span<UInt8>) -> Bool {
    for tag in Self.irregular where tag.utf8CodeUnitCount == text.count {
      let matches = tag.withUTF8Buffer { buffer in
        for index in 0..<buffer.count where buffer[index] != text[index].lowercase {
          return false
        }
        return true
      }
      if matches { return true }
    }
    return false
  }
}
