import Foundation

/// A vector of the public suite that says another thing than the specification's text, with the
/// clause, and which of the two is followed here.
struct Difference: Decodable, Hashable {
  enum Side: String, Decodable {
    case suite, text
  }

  /// The file, and the vector's text or name in it.
  var source: String
  var vector: String
  /// The specification, its section, and what it says.
  var clause: String
  /// What the text makes of the vector, and what the suite does.
  var text: String
  var suite: String
  var follows: Side

  /// As ``Case/source`` has it.
  var place: String { "\(source)#\(vector)" }

  static let all: [Difference] = {
    guard let url = Bundle.module.url(forResource: "Differences", withExtension: "json"),
      let data = try? Data(contentsOf: url)
    else { return [] }
    return try! JSONDecoder().decode([Difference].self, from: data)
  }()
}
