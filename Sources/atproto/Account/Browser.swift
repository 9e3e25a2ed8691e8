import Foundation
import Subprocess

#if canImport(System)
import System
#else
import SystemPackage
#endif

/// The program that opens a page in the user's browser.
struct Browser {
  private let command: String

  /// The browser of this machine; nil if it seems to have none.
  static func ofThisMachine(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> Browser? {
    // The convention of xdg-open: a list of commands, the preferred one first.
    if let command = environment["BROWSER"]?.split(separator: ":").first {
      return Browser(command: String(command))
    }
    #if canImport(Darwin)
    // After a remote login, the screen is elsewhere.
    return environment["SSH_CONNECTION"] == nil ? Browser(command: "open") : nil
    #else
    let hasDisplay = ["DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME"].contains {
      environment[$0]?.isEmpty == false
    }
    return hasDisplay ? Browser(command: "xdg-open") : nil
    #endif
  }

  /// Opens a URL, and waits for the program to end, which some do only with the browser.
  func open(_ url: String) async {
    _ = try? await Subprocess.run(
      command.contains("/") ? .path(FilePath(command)) : .name(command),
      arguments: [url],
      input: .none,
      output: .discarded,
      error: .discarded
    )
  }
}
