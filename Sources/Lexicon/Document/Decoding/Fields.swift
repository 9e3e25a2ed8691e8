/// The fields of one object of a schema. Each is taken once, by name; what is left is unknown.
struct Fields {
  let object: LocatedValue
  /// What the object is, for messages: `a string`.
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

  /// The fields that are not of `known`, which lists all names that are ever taken.
  func rest(_ known: [String]) -> [LocatedValue.Member] {
    if taken == members.count { return [] }
    return members.filter { !known.contains($0.name) }
  }
}

/// A value with its offset in the file.
struct Found<Value> {
  var value: Value
  var offset: Int
}
