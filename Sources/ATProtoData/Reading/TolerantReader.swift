/// Converts CBOR that deviates from the canonical form, as far as `rules` allow, to that form.
@usableFromInline
func canonicalCBOR(
  _ input: RawSpan,
  _ limits: DataLimits,
  _ rules: DecodingRules
) throws(DataError) -> [UInt8] {
  if input.byteCount > limits.inputSize {
    throw DataError(.inputSize, at: 0, "more than \(limits.inputSize) bytes")
  }
  var reader = TolerantReader(input, limits, rules)
  do throws(DataError) {
    let value = try reader.value()
    if reader.offset != input.byteCount && !rules.contains(.allowsTrailingBytes) {
      throw DataError(.trailingBytes, at: reader.offset, "bytes follow the document")
    }
    return value.cborBytes()
  } catch {
    throw error.located(in: input, isJSON: false)
  }
}

/// Reads CBOR (RFC 8949) of the data model in any form that its rules allow. It is simple and slow,
/// so that the strict reader does not need branches for any of this.
private struct TolerantReader: ~Escapable {
  let input: RawSpan
  let limits: DataLimits
  let rules: DecodingRules
  var offset = 0
  var depth = 0
  var stack = StackGuard()

  @_lifetime(copy input)
  init(_ input: RawSpan, _ limits: DataLimits, _ rules: DecodingRules) {
    self.input = input
    self.limits = limits
    self.rules = rules
  }

  fileprivate struct Head {
    var major: UInt8
    var info: UInt8
    var argument: UInt64
    var start: Int
    var isIndefinite: Bool { info == 31 }
  }

  private func require(
    _ rule: DecodingRules,
    _ code: DataError.Code,
    _ start: Int,
    _ reason: String
  ) throws(DataError) {
    if rules.isDisjoint(with: rule) { throw DataError(code, at: start, reason) }
  }

  private func truncated() -> DataError {
    DataError(.truncated, at: input.byteCount, "the input ends too early")
  }

  private mutating func head() throws(DataError) -> Head {
    let start = offset
    guard start < input.byteCount else { throw truncated() }
    let initial = input.byte(start)
    var head = Head(major: initial >> 5, info: initial & 31, argument: 0, start: start)
    offset += 1
    switch head.info {
    case 0..<24: head.argument = UInt64(head.info)
    case 24..<28:
      let size = 1 << Int(head.info - 24)
      guard input.byteCount - offset >= size else { throw truncated() }
      head.argument = input.paddedWord(offset).byteSwapped >> UInt64(64 - size * 8)
      offset += size
      let least: UInt64 = size == 1 ? 24 : 1 << UInt64(size * 4)
      if head.major != 7 && head.argument < least {
        try require(.allowsLongForms, .longForm, start, "a longer form than needed")
      }
    case 31 where (2...5).contains(head.major) || head.major == 7:
      if head.major != 7 {
        try require(
          .allowsIndefiniteLengths,
          .indefiniteLength,
          start,
          "indefinite length"
        )
      }
    default: throw DataError(.reservedHeader, at: start, "reserved header")
    }
    return head
  }

  /// Reads a break if it comes next.
  private mutating func readBreak() -> Bool {
    guard offset < input.byteCount, input.byte(offset) == 0xFF else { return false }
    offset += 1
    return true
  }

  mutating func value() throws(DataError) -> DataValue {
    let head = try head()
    switch head.major {
    case 0, 1:
      guard let value = Int(exactly: head.argument) else {
        throw DataError(.integerRange, at: head.start, "an integer beyond 64 bits")
      }
      return .integer(head.major == 0 ? value : -1 - value)
    case 2: return .bytes(Bytes(try bytes(head, limits.stringLength)))
    case 3: return .string(try text(head, limits.stringLength))
    case 4: return .array(try array(head))
    case 5: return .object(try object(head))
    case 6: return try tagged(head)
    default: return try simple(head)
    }
  }

  private mutating func bytes(_ head: Head, _ limit: Int) throws(DataError) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = head
    if head.isIndefinite {
      while !readBreak() {
        chunk = try self.head()
        guard chunk.major == head.major, !chunk.isIndefinite else {
          throw DataError(.reservedHeader, at: chunk.start, "a chunk of another type")
        }
        try append(chunk, to: &bytes, limit)
      }
    } else {
      try append(chunk, to: &bytes, limit)
    }
    return bytes
  }

  private mutating func append(
    _ chunk: Head,
    to bytes: inout [UInt8],
    _ limit: Int
  ) throws(DataError) {
    guard chunk.argument <= UInt64(input.byteCount - offset) else { throw truncated() }
    let end = offset + Int(chunk.argument)
    if bytes.count + Int(chunk.argument) > limit {
      throw DataError(.stringLength, at: chunk.start, "longer than \(limit) bytes")
    }
    bytes += input.array(offset, end)
    offset = end
  }

  private mutating func text(_ head: Head, _ limit: Int) throws(DataError) -> String {
    let bytes = try bytes(head, limit)
    if let text = bytes.span.raw.text(0, bytes.count) { return text }
    try require(.allowsInvalidUTF8, .invalidUTF8, head.start, "the text is not UTF-8")
    return String(decoding: bytes, as: UTF8.self)
  }

  private mutating func enter(_ head: Head) throws(DataError) {
    depth += 1
    if depth > limits.depth || !stack.hasRoom() {
      throw DataError(.depth, at: head.start, "nested too deeply")
    }
  }

  /// Whether an array or map has another item after `count`.
  private mutating func hasNext(_ head: Head, _ count: Int) throws(DataError) -> Bool {
    let ends = head.isIndefinite ? readBreak() : UInt64(count) == head.argument
    if !ends && count >= limits.elements {
      throw DataError(.elements, at: head.start, "more than \(limits.elements) elements")
    }
    return !ends
  }

  private mutating func array(_ head: Head) throws(DataError) -> [DataValue] {
    try enter(head)
    var elements: [DataValue] = []
    while try hasNext(head, elements.count) { elements.append(try value()) }
    depth -= 1
    return elements
  }

  private mutating func object(_ head: Head) throws(DataError) -> DataObject {
    try enter(head)
    var fields: [(entry: DataObject.Entry, start: Int)] = []
    var previous: String?
    var count = 0
    while try hasNext(head, count) {
      count += 1
      let keyHead = try self.head()
      let key = try key(keyHead)
      if let previous, !canonicallyPrecedes(previous, key), !previous.isSame(as: key) {
        try require(
          [.allowsUnsortedKeys, .allowsRepeatedKeys],
          .unsortedKeys,
          keyHead.start,
          "keys are not in canonical order"
        )
      }
      previous = key
      fields.append((DataObject.Entry(key: key, value: try value()), keyHead.start))
    }
    depth -= 1
    // Sorts once; of equal keys, the later one comes last.
    fields.sort { left, right in
      left.entry.key.isSame(as: right.entry.key)
        ? left.start < right.start : canonicallyPrecedes(left.entry.key, right.entry.key)
    }
    var entries: [DataObject.Entry] = []
    entries.reserveCapacity(fields.count)
    for (entry, start) in fields {
      if let last = entries.last, last.key.isSame(as: entry.key) {
        try require(.allowsRepeatedKeys, .repeatedKey, start, "a key is repeated")
        entries.removeLast()
      }
      entries.append(entry)
    }
    return DataObject(distinct: entries)
  }

  private mutating func key(_ head: Head) throws(DataError) -> String {
    if head.major != 3 {
      try require(.allowsNonStringKeys, .nonStringKey, head.start, "a key that is not a string")
    }
    do throws(DataError) {
      switch head.major {
      case 0: return String(head.argument)
      // -1 minus the argument, which may exceed 64 bits.
      case 1 where head.argument < .max: return "-\(head.argument + 1)"
      case 2, 3: return try text(head, limits.keyLength)
      default:
        throw DataError(.nonStringKey, at: head.start, "a key that is neither text nor a number")
      }
    } catch {
      guard error.code == .stringLength else { throw error }
      throw DataError(.keyLength, at: head.start, "a key longer than \(limits.keyLength) bytes")
    }
  }

  private mutating func tagged(_ head: Head) throws(DataError) -> DataValue {
    if head.argument != 42 {
      try require(.allowsForeignTags, .foreignTag, head.start, "a tag other than 42")
      try enter(head)
      defer { depth -= 1 }
      return try value()
    }
    let content = try self.head()
    guard content.major == 2 else {
      throw DataError(.typeMismatch, at: content.start, "tag 42 does not contain bytes")
    }
    let bytes = try bytes(content, limits.stringLength)
    var start = 1
    if bytes.first != 0 {
      try require(
        .allowsUnprefixedCIDs,
        .unprefixedCID,
        head.start,
        "a link without the zero byte before its CID"
      )
      start = 0
    }
    guard let cid = CID(bytes.span.raw, start, bytes.count) else {
      throw DataError(.malformedCID, at: head.start, "not a CID")
    }
    if !cid.isBlessed {
      try require(
        .allowsForeignCIDs,
        .foreignCID,
        head.start,
        "the CID is not version 1, dag-cbor or raw, SHA-256"
      )
    }
    return .link(cid)
  }

  private func simple(_ head: Head) throws(DataError) -> DataValue {
    switch head.info {
    case 20, 21: return .boolean(head.info == 21)
    case 22: return .null
    case 23:
      try require(.allowsSimpleValues, .simpleValue, head.start, "undefined")
      return .null
    case 25, 26, 27:
      try require(.allowsIntegralFloats, .float, head.start, "a float")
      guard let value = Int(exactly: head.float) else {
        throw DataError(.float, at: head.start, "a float that is not an integer of 64 bits")
      }
      return .integer(value)
    case 31: throw DataError(.indefiniteLength, at: head.start, "a break outside")
    default:
      // RFC 8949, section 3.3: two bytes are allowed only for 32 and above.
      if head.info == 24 && head.argument < 32 {
        throw DataError(.longForm, at: head.start, "a longer form than needed")
      }
      try require(.allowsSimpleValues, .simpleValue, head.start, "an unknown simple value")
      return .null
    }
  }
}

extension TolerantReader.Head {
  /// The number of a float's header.
  fileprivate var float: Double {
    switch info {
    case 25:
      // IEEE 754 binary16: one sign bit, five bits of exponent, and ten of fraction.
      let exponent = Int(argument >> 10 & 31)
      let fraction = Double(argument & 0x3FF) / 1024
      let sign: Double = argument & 0x8000 == 0 ? 1 : -1
      if exponent == 31 { return fraction == 0 ? sign * .infinity : .nan }
      let scale = Double(sign: .plus, exponent: (exponent == 0 ? 1 : exponent) - 15, significand: 1)
      return sign * scale * (exponent == 0 ? fraction : 1 + fraction)
    case 26: return Double(Float(bitPattern: UInt32(truncatingIfNeeded: argument)))
    default: return Double(bitPattern: argument)
    }
  }
}
