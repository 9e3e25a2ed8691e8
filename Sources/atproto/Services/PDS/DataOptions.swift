import ATProtoData
import ArgumentParser
import Foundation
import PDS
import SQLiteStorage

/// The directories in which a PDS stores its data.
struct DataOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The server's data directory; default: $PDS_DATA_DIRECTORY or pds-data.",
      valueName: "directory"
    )
  )
  var data: String?

  @Option(
    help: ArgumentHelp(
      "The directory of blobs; default: $PDS_BLOBSTORE_DISK_LOCATION or in the data directory.",
      valueName: "directory"
    )
  )
  var blobs: String?

  @OptionGroup var output: OutputOptions

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
    output.print(
      [
        "severity": .string(finding.severity.rawValue), "subject": .string(finding.subject),
        "text": .string(finding.text),
      ],
      orText: "\(finding.severity.rawValue): \(finding.subject): \(finding.text)"
    )
  }
}
