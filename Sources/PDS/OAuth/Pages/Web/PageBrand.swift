import Foundation

/// How the pages look like the server's own: a name, a logo, colors, and links.
struct PageBrand: Sendable {
  struct Link: Hashable, Sendable {
    var label: Phrase
    var url: String
  }

  var name: String
  /// An http or https URL.
  var logo: String?
  var colors = Colors()
  var links: [Link]

  init(
    name: String,
    logo: String? = nil,
    colors: Colors = Colors(),
    links: [Link] = []
  ) {
    self.name = name
    self.logo = logo
    self.colors = colors
    self.links = links
  }
}

extension PageBrand {
  /// The colors of a light page, as `#rrggbb`; the style sheet derives those of a dark one.
  struct Colors: Hashable, Sendable {
    /// Of buttons and links: a calm blue, dark enough for white letters.
    private(set) var primary = "#2f5fd0"
    private(set) var error = "#b3261e"
    private(set) var warning = "#8a5a00"
    private(set) var success = "#17663a"

    /// Colors in the form `#rgb` or `#rrggbb`. What is nil, or has another form, is the standard
    /// color.
    init(
      primary: String? = nil,
      error: String? = nil,
      warning: String? = nil,
      success: String? = nil
    ) {
      if let color = Self.normalized(primary) { self.primary = color }
      if let color = Self.normalized(error) { self.error = color }
      if let color = Self.normalized(warning) { self.warning = color }
      if let color = Self.normalized(success) { self.success = color }
    }

    /// White or black: whichever has the higher contrast with the primary color (WCAG 2.2, "contrast ratio").
    var onPrimary: String {
      let luminance = Self.luminance(primary)
      return 1.05 / (luminance + 0.05) >= (luminance + 0.05) / 0.05 ? "#ffffff" : "#000000"
    }

    /// `#rrggbb` for `#rgb` and `#rrggbb`; nil for anything else.
    private static func normalized(_ color: String?) -> String? {
      guard let color, color.utf8.first == UInt8(ascii: "#"),
        color.utf8.dropFirst().allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit })
      else { return nil }
      switch color.utf8.count {
      case 4: return "#" + color.dropFirst().map { "\($0)\($0)" }.joined()
      case 7: return color
      default: return nil
      }
    }

    /// WCAG 2.2, "relative luminance".
    private static func luminance(_ color: String) -> Double {
      let number = Int(color.dropFirst(), radix: 16) ?? 0
      let linear = [number >> 16, number >> 8 & 0xff, number & 0xff].map { byte in
        let value = Double(byte) / 255
        return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
      }
      return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    }
  }
}
