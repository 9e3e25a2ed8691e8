import ATProtoData
import Lexicon

// Random valid values. `room` is the number of levels that a value may have. The functions return
// nil if no value fits; an optional value is then omitted.

extension Sampler {
  mutating func value(of subject: SubjectSchema, room: Int) -> DataValue? {
    guard let type = subject.recordType, case .object(let object) = subject.schema.kind else {
      if subject.isParameters, case .object(let object) = subject.schema.kind {
        return fields(of: object, room: room).map { .object(DataObject(distinct: $0)) }
      }
      return value(of: subject.schema, room: room)
    }
    return self.object(object, type: type, room: room)
  }

  mutating func value(of schema: Schema, room: Int) -> DataValue? {
    guard budget > -Self.largest, let height = heights.height(of: schema), height <= room else {
      return nil
    }
    budget -= 1
    switch schema.kind {
    case .boolean(let boolean): return .boolean(boolean.const ?? random.oneIn(2))
    case .integer(let integer): return self.integer(integer).map { .integer($0) }
    case .string(let string): return TextConstraints(string).value(&self).map { .string($0) }
    case .bytes(let length): return byteString(length).map { .bytes(Bytes($0)) }
    case .cidLink: return .link(link())
    case .blob(let blob): return self.blob(blob)
    case .array(let array): return self.array(array, room: room)
    case .object(let object): return self.object(object, type: nil, room: room)
    case .ref(let reference):
      return catalog.subject(reference).flatMap { value(of: $0, room: room) }
    case .union(let union): return self.union(union, room: room)
    case .unknown: return data(room: room)
    }
  }

  private mutating func integer(_ integer: IntegerSchema) -> Int? {
    if let const = integer.const { return const }
    guard let range = integer.allowed else { return nil }
    if let values = integer.enum { return random.pick(values.filter(range.contains)) }
    // Mostly near the limits or near zero, because a uniform choice would hardly ever return a
    // small number.
    let near = random.pick([range.lowerBound, range.upperBound, 0]) ?? 0
    let (sum, overflow) = near.addingReportingOverflow(random.below(2_001) - 1_000)
    return min(max(overflow ? near : sum, range.lowerBound), range.upperBound)
  }

  mutating func byteString(_ limits: LengthLimits) -> [UInt8]? {
    let least = max(limits.minimum ?? 0, 0)
    let most = min(limits.maximum ?? .max, self.limits.length)
    guard least <= most else { return nil }
    let count = budget > 0 ? least + random.below(min(most - least, 40) + 1) : least
    return bytes(count)
  }

  mutating func bytes(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
  }

  mutating func link(_ codec: CID.Codec? = nil) -> CID {
    CID(codec: codec ?? (random.oneIn(2) ? .raw : .dagCBOR), sha256Digest: bytes(32))
  }

  private mutating func array(_ array: ArraySchema, room: Int) -> DataValue? {
    let least = max(array.length.minimum ?? 0, 0)
    let most = min(array.length.maximum ?? .max, limits.elements)
    guard least <= most else { return nil }
    let fits = heights.height(of: array.items).map { $0 < room } ?? false
    let count = budget > 0 && fits ? least + random.below(min(most - least, 3) + 1) : least
    var elements: [DataValue] = []
    for _ in 0..<count {
      guard let element = value(of: array.items, room: room - 1) else { return nil }
      elements.append(element)
    }
    return .array(elements)
  }

  private mutating func object(
    _ object: ObjectSchema,
    type: String?,
    room: Int
  ) -> DataValue? {
    guard var fields = fields(of: object, room: room) else { return nil }
    if let type { fields.append(("$type", .string(type))) }
    if budget > 0 && random.oneIn(8) {
      let taken = Set(object.properties.map(\.name.value))
      for (key, value) in unknownFields(room: room - 1) where !taken.contains(key) {
        fields.append((key, value))
        break
      }
    }
    return .object(DataObject(distinct: fields))
  }

  mutating func fields(
    of object: ObjectSchema,
    room: Int
  ) -> [(key: String, value: DataValue)]? {
    var fields: [(key: String, value: DataValue)] = []
    for property in object.properties {
      let isWanted = property.isRequired || budget > 0 && !random.oneIn(3)
      guard isWanted else { continue }
      if property.isNullable && (budget <= 0 || random.oneIn(4)) {
        fields.append((property.name.value, .null))
      } else if let value = value(of: property.schema, room: room - 1) {
        fields.append((property.name.value, value))
      } else if property.isNullable {
        fields.append((property.name.value, .null))
      } else if property.isRequired {
        return nil
      }
    }
    return fields
  }

  private mutating func union(_ union: UnionSchema, room: Int) -> DataValue? {
    let members = union.refs.filter { height(of: $0) <= room }
    if !union.isClosed && (members.isEmpty || budget > 0 && random.oneIn(8)) {
      return unknownMember(of: union)
    }
    // Without a budget, choose the flattest member: any other may contain itself, once or twice per
    // level.
    let flattest = members.min { height(of: $0) < height(of: $1) }
    let member = budget > 0 ? random.pick(members) : flattest
    return member.flatMap { self.member($0, room: room) }
  }

  private func height(of member: Reference) -> Int {
    heights.height(of: Schema(.ref(member), at: member.location)) ?? .max
  }

  /// A value of a union's member, with its `$type`.
  mutating func member(_ reference: Reference, room: Int) -> DataValue? {
    guard let subject = catalog.subject(reference) else { return nil }
    return value(of: subject, room: room).map { typed($0, as: reference) }
  }

  func typed(_ value: DataValue, as member: Reference) -> DataValue {
    var value = value
    value["$type"] = .string(member.id)
    return value
  }

  /// An object whose type is not a member of the union.
  mutating func unknownMember(of union: UnionSchema) -> DataValue {
    var type = "com.example.later#member"
    while union.refs.contains(where: { $0.id == type }) { type += "x" }
    guard budget > 0 else { return ["$type": .string(type)] }
    return ["a": data(room: 2), "$type": .string(type), "something": .array([.null])]
  }
}

extension IntegerSchema {
  /// Nil if the limits exclude each other.
  var allowed: ClosedRange<Int>? {
    let least = minimum ?? .min
    let most = maximum ?? .max
    return least <= most ? least...most : nil
  }
}
