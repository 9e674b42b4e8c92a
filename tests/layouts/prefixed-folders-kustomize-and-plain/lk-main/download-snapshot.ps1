Invoke-WebRequest https://snapshots.example.com/main/latest.zip -OutFile snapshot.zip
