import Foundation

/// A vector of the public suite that contradicts the text of the specification, with the clause and
/// the reading that is followed here.
struct Difference: Decodable, Hashable {
  enum Side: String, Decodable {
    case suite, text
  }

  /// The file, and the vector's text or name in it.
  var source: String
  var vector: String
  /// The specification, its section, and what it says.
  var clause: String
  /// What the text implies for the vector, and what the suite expects.
  var text: String
  var suite: String
  var follows: Side

  /// In the form of ``Case/source``.
  var place: String { "\(source)#\(vector)" }

  static let all: [Difference] = {
    guard let url = Bundle.module.url(forResource: "Differences", withExtension: "json"),
      let data = try? Data(contentsOf: url)
    else { return [] }
    return try! JSONDecoder().decode([Difference].self, from: data)
  }()
}
