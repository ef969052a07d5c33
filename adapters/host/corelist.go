package host

import (
	"io/fs"
	"strconv"
	"strings"
)

// maxCore limits the numbers of cores that are believed.
const maxCore = 1 << 16

// readList reads a list of cores such as 0-3,8. It returns nil if the file holds none.
func readList(files fs.FS, path string) (cores []int) {
	for part := range strings.SplitSeq(readText(files, path), ",") {
		first, last, isRange := strings.Cut(part, "-")
		if !isRange {
			last = first
		}
		from, err1 := strconv.Atoi(first)
		to, err2 := strconv.Atoi(last)
		if err1 != nil || err2 != nil || from < 0 || to < from || to >= maxCore {
			return nil
		}
		for core := from; core <= to && len(cores) < maxCore; core++ {
			cores = append(cores, core)
		}
	}
	return cores
}
