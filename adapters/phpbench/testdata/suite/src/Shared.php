<?php

namespace Acme;

trait Shared
{
    /**
     * @Groups({"shared"}, extend=true)
     */
    public function benchShared()
    {
        return strrev($this->text);
    }
}
