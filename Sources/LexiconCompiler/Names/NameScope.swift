/// The identifiers taken inside one Swift scope.
///
/// Names are claimed in a fixed order. A name that is taken or forbidden gets an underscore, then
/// an underscore and a number. Identifiers from ``SwiftName`` never end like that, so a claim
/// cannot collide with a later natural name.
package struct NameScope: Sendable {
  private var taken: Set<String>

  package init(forbidden: Set<String> = []) {
    taken = forbidden
  }

  /// Claims `natural`, or its first free variation.
  package mutating func claim(_ natural: String) -> String {
    if taken.insert(natural).inserted { return natural }
    if taken.insert(natural + "_").inserted { return natural + "_" }
    var number = 2
    while !taken.insert("\(natural)_\(number)").inserted { number += 1 }
    return "\(natural)_\(number)"
  }
}
