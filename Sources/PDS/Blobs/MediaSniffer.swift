/// Determines the media type of a file from its first bytes (https://mimesniff.spec.whatwg.org, 6).
/// The type that a client declares is used only if they do not match any known format.
enum MediaSniffer {
  /// The number of bytes that are needed.
  static let length = 16

  private struct Pattern {
    var offset = 0
    var bytes: [UInt8]
    var type: String

    init(_ text: String, at offset: Int = 0, _ type: String) {
      self.init([UInt8](text.utf8), at: offset, type)
    }

    init(_ bytes: [UInt8], at offset: Int = 0, _ type: String) {
      self.offset = offset
      self.bytes = bytes
      self.type = type
    }

    func matches(_ start: [UInt8]) -> Bool {
      start.dropFirst(offset).starts(with: bytes)
    }
  }

  private static let patterns = [
    Pattern([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a], "image/png"),
    Pattern([0xff, 0xd8, 0xff], "image/jpeg"),
    Pattern("GIF87a", "image/gif"),
    Pattern("GIF89a", "image/gif"),
    Pattern("BM", "image/bmp"),
    Pattern([0x1a, 0x45, 0xdf, 0xa3], "video/webm"),
    Pattern("%PDF-", "application/pdf"),
    Pattern("OggS", "audio/ogg"),
    Pattern("ID3", "audio/mpeg"),
    Pattern("fLaC", "audio/flac"),
    Pattern("WEBVTT", "text/vtt"),
    Pattern([0xef, 0xbb, 0xbf] + Array("WEBVTT".utf8), "text/vtt"),
    Pattern([0x1f, 0x8b, 0x08], "application/gzip"),
    Pattern([0x50, 0x4b, 0x03, 0x04], "application/zip"),
    // ISO base media files by brand; any other brand is video.
    Pattern("ftypavif", at: 4, "image/avif"),
    Pattern("ftypavis", at: 4, "image/avif"),
    Pattern("ftypheic", at: 4, "image/heic"),
    Pattern("ftypheix", at: 4, "image/heic"),
    Pattern("ftypmif1", at: 4, "image/heif"),
    Pattern("ftypM4A ", at: 4, "audio/mp4"),
    Pattern("ftypqt  ", at: 4, "video/quicktime"),
    Pattern("ftyp", at: 4, "video/mp4"),
  ]

  private static let riffPatterns = [
    Pattern("WEBP", at: 8, "image/webp"),
    Pattern("WAVE", at: 8, "audio/wav"),
    Pattern("AVI ", at: 8, "video/avi"),
  ]

  /// Returns nil if the bytes do not match a known format.
  static func type(of start: [UInt8]) -> String? {
    let isRIFF = start.starts(with: "RIFF".utf8)
    return (isRIFF ? riffPatterns : patterns).first { $0.matches(start) }?.type
  }
}
