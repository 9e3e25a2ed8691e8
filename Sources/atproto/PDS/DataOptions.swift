import ATProtoData
import ArgumentParser
import Foundation
import PDS
import SQLiteStorage

/// Where a server has its data.
struct DataOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The server's data folder; $PDS_DATA_DIRECTORY or pds-data by default.",
      valueName: "directory"
    )
  )
  var data: String?

  @Option(
    help: ArgumentHelp(
      "The folder of blobs; $PDS_BLOBSTORE_DISK_LOCATION or in the data folder by default.",
      valueName: "directory"
    )
  )
  var blobs: String?

  @Flag(help: "One JSON object a line, for programs.")
  var json = false

  func open() throws -> PDSData {
    try PDSData(
      dataDirectory: dataDirectory,
      blobDirectory: blobs ?? ProcessInfo.processInfo.environment["PDS_BLOBSTORE_DISK_LOCATION"]
    )
  }

  var dataDirectory: String {
    data ?? ProcessInfo.processInfo.environment["PDS_DATA_DIRECTORY"] ?? "pds-data"
  }

  func print(_ finding: PDSFinding) {
    guard json else {
      return Console.line(
        "\(finding.severity.rawValue): \(finding.subject): \(finding.text)".withoutControls
      )
    }
    Console.json([
      "severity": .string(finding.severity.rawValue), "subject": .string(finding.subject),
      "text": .string(finding.text),
    ])
  }
}
