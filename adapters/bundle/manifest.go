package bundle

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// blockSize is what a file takes on the disk at least, in bytes, and what its size is
// rounded up to.
const blockSize = 4096

// manifest lists the files of a tree: for each one kind, mode, size, time and name. It
// begins with the bytes that the tree takes on the disk.
func manifest(folder string) ([]byte, error) {
	var list bytes.Buffer
	var total int64
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		name := path[len(folder):]
		total += max(1, (info.Size()+blockSize-1)/blockSize) * blockSize
		switch {
		case info.Mode().IsRegular():
			fmt.Fprintf(&list, "%v %d %d %q\n", info.Mode(), info.Size(), info.ModTime().UnixNano(), name)
		case info.Mode().Type() == fs.ModeSymlink:
			target, err := os.Readlink(path)
			if err != nil {
				return err
			}
			fmt.Fprintf(&list, "link %q %q\n", name, target)
		default: // the size of a folder depends on the file system's mood, and its time on what is in it
			fmt.Fprintf(&list, "%v %q\n", info.Mode(), name)
		}
		return nil
	})
	return append(fmt.Appendf(nil, "%d bytes\n", total), list.Bytes()...), err
}

// treeSize returns the size at the beginning of a manifest, or 0.
func treeSize(manifest []byte) int64 {
	var total int64
	_, _ = fmt.Sscanf(string(manifest[:min(len(manifest), 40)]), "%d bytes\n", &total)
	return total
}

// difference returns the first line in which two manifests differ.
func difference(was, is []byte) string {
	a, b := bytes.Split(was, []byte("\n")), bytes.Split(is, []byte("\n"))
	for i := 1; i < min(len(a), len(b)); i++ {
		if !bytes.Equal(a[i], b[i]) {
			return fmt.Sprintf("%s, and not %s", b[i], a[i])
		}
	}
	return fmt.Sprintf("there are %d entries, and not %d", len(b), len(a))
}
