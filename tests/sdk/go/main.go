// The AWS SDK for Go v2 with its defaults. Runs against AWS_ENDPOINT_URL: `sdk tables NAME` or `sdk objects NAME`;
// panics at the first surprise.
package main

import (
	"context"
	"fmt"
	"os"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/config"
)

func main() {
	ctx := context.Background()
	settings := must(config.LoadDefaultConfig(ctx, config.WithRegion("us-east-1")))
	conversation, name := os.Args[1], os.Args[2]
	switch conversation {
	case "tables":
		tables(ctx, settings, name)
	case "objects":
		objects(ctx, settings, name)
	default:
		panic("no such conversation: " + conversation)
	}
}

// The value of a call that must succeed.
func must[T any](value T, err error) T {
	check(err)
	return value
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func equal(got, want any) {
	if !reflect.DeepEqual(got, want) {
		panic(fmt.Sprintf("got %#v, want %#v", got, want))
	}
}
