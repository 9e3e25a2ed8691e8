/// The fields of a schema object. Each known field is taken once, by name; the rest is unknown.
struct Fields {
  let object: LocatedValue
  /// The kind of object for messages: `a string`.
  var owner: String
  private let members: [LocatedValue.Member]
  private var taken = 0

  init(_ object: LocatedValue, _ members: [LocatedValue.Member], owner: String) {
    self.object = object
    self.members = members
    self.owner = owner
  }

  mutating func take(_ name: String) -> LocatedValue? {
    for member in members where member.name == name {
      taken += 1
      return member.value
    }
    return nil
  }

  func peek(_ name: String) -> LocatedValue? {
    members.first { $0.name == name }?.value
  }

  /// Returns the fields that are not in `known`, which must contain the names of all taken fields.
  func rest(_ known: [String]) -> [LocatedValue.Member] {
    if taken == members.count { return [] }
    return members.filter { !known.contains($0.name) }
  }
}

/// A value with its UTF-8 offset in the file.
struct Found<Value> {
  var value: Value
  var offset: Int
}
