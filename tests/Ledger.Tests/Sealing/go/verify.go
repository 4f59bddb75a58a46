// Verifies what the ledger gives out, with nothing of the ledger's own: checkpoints and proofs are checked by
// golang.org/x/mod/sumdb, which other people wrote for another log.
//
//	verify bundle KEY FOLDER              an audit bundle of the whole ledger, unpacked
//	verify receipt KEY PROOF LEAF         a receipt, for the bytes of a leaf
//	verify consistency KEY OLD NEW PROOF  that a later checkpoint continues an earlier one; PROOF has a hash a line
//	verify tiles KEY URL INDEX LEAF       that a leaf is in the log that a platform serves in tiles
package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func main() {
	defer func() {
		if problem := recover(); problem != nil {
			fmt.Fprintln(os.Stderr, "NOT verified:", problem)
			os.Exit(1)
		}
	}()
	switch args := os.Args[1:]; args[0] {
	case "bundle":
		bundle(args[1], args[2])
	case "receipt":
		receipt(args[1], read(args[2]), read(args[3]))
	case "consistency":
		consistency(args[1], read(args[2]), read(args[3]), read(args[4]))
	case "tiles":
		tiles(args[1], args[2], args[3], read(args[4]))
	default:
		panic("bundle, receipt, consistency or tiles?")
	}
}

func bundle(key, folder string) {
	size, root := open(key, read(filepath.Join(folder, "checkpoint")))
	lines := bytes.Split(read(filepath.Join(folder, "leaves.jsonl")), []byte("\n"))
	lines = lines[:len(lines)-1]
	if int64(len(lines)) != size {
		panic(fmt.Sprintf("%d leaves, and the checkpoint speaks of %d", len(lines), size))
	}
	var stored []tlog.Hash
	at := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		hashes := make([]tlog.Hash, len(indexes))
		for i, index := range indexes {
			hashes[i] = stored[index]
		}
		return hashes, nil
	})
	given := read(filepath.Join(folder, "hashes"))
	for n, line := range lines {
		hash := tlog.RecordHash(line)
		if len(line) == 0 { // A confidential event, of which there is the hash only.
			copy(hash[:], given[n*tlog.HashSize:])
		}
		more, err := tlog.StoredHashesForRecordHash(int64(n), hash, at)
		check(err)
		stored = append(stored, more...)
	}
	made, err := tlog.TreeHash(size, at)
	check(err)
	if made != root {
		panic("the leaves do not make the signed root")
	}
	fmt.Printf("verified: %d events make the signed root %v\n", size, root)
}

func receipt(key string, proof, leaf []byte) {
	head, rest, _ := strings.Cut(string(proof), "\n\n")
	lines := strings.Split(head, "\n")
	if lines[0] != "c2sp.org/tlog-proof@v1" {
		panic("not a tlog-proof")
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64)
	check(err)
	size, root := open(key, []byte(rest))
	check(tlog.CheckRecord(hashes(lines[2:]), size, root, index, tlog.RecordHash(leaf)))
	fmt.Printf("verified: leaf %d is in the log of %d\n", index, size)
}

func consistency(key string, old, new, proof []byte) {
	oldSize, oldRoot := open(key, old)
	size, root := open(key, new)
	check(tlog.CheckTree(hashes(strings.Fields(string(proof))), size, root, oldSize, oldRoot))
	fmt.Printf("verified: the log of %d continues the log of %d\n", size, oldSize)
}

func tiles(key, url, at string, leaf []byte) {
	index, err := strconv.ParseInt(at, 10, 64)
	check(err)
	size, root := open(key, get(url+"/checkpoint"))
	proof, err := tlog.ProveRecord(size, index, tlog.TileHashReader(tlog.Tree{N: size, Hash: root}, served(url)))
	check(err)
	check(tlog.CheckRecord(proof, size, root, index, tlog.RecordHash(leaf)))
	fmt.Printf("verified: leaf %d is in the log of %d that is served\n", index, size)
}

// served is the address of a log in the layout of C2SP tlog-tiles, whose tiles are all of height 8.
type served string

func (log served) Height() int { return 8 }

func (log served) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		all = append(all, get(string(log)+strings.Replace(tile.Path(), "tile/8/", "/tile/", 1)))
	}
	return all, nil
}

func (log served) SaveTiles([]tlog.Tile, [][]byte) {}

func get(url string) []byte {
	answer, err := http.Get(url)
	check(err)
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		panic(url + " says " + answer.Status)
	}
	content, err := io.ReadAll(answer.Body)
	check(err)
	return content
}

// open checks the ledger's signature, and reads the size and root that it is for.
func open(key string, signed []byte) (int64, tlog.Hash) {
	verifier, err := note.NewVerifier(key)
	check(err)
	opened, err := note.Open(signed, note.VerifierList(verifier))
	check(err)
	lines := strings.Split(opened.Text, "\n")
	if lines[0] != verifier.Name() {
		panic("a checkpoint of another log")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check(err)
	return size, hashes(lines[2:3])[0]
}

func hashes(lines []string) []tlog.Hash {
	var all []tlog.Hash
	for _, line := range lines {
		decoded, err := base64.StdEncoding.DecodeString(line)
		check(err)
		var hash tlog.Hash
		if copy(hash[:], decoded) != len(hash) {
			panic("not a hash")
		}
		all = append(all, hash)
	}
	return all
}

func read(file string) []byte {
	content, err := os.ReadFile(file)
	check(err)
	return content
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
